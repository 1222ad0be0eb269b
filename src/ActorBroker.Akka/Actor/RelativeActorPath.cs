namespace Akka.Actor;

public static class RelativeActorPath
{
    /// <summary>The elements of a relative or absolute path without an address; null when it has one.</summary>
    public static IEnumerable<string>? Unapply(string addr)
    {
        ArgumentNullException.ThrowIfNull(addr);
        return addr.Contains("://", StringComparison.Ordinal) ? null : addr.Split('/');
    }
}
