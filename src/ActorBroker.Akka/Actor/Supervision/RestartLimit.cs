namespace Akka.Actor;

internal static class RestartLimit
{
    /// <summary>The window as the strategies count it: −1 for none.</summary>
    public static int Milliseconds(TimeSpan? window) =>
        window is { } length && length != Timeout.InfiniteTimeSpan ? (int)Math.Min(length.TotalMilliseconds, int.MaxValue) : -1;
}
