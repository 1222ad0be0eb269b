namespace Akka.Remote;

/// <summary>An exception of another system, as its texts: the type it had there is named, not loaded.</summary>
public sealed class RemoteSystemException(string remoteType, string message, string remoteStackTrace, Exception? inner) : Exception(message, inner)
{
    /// <summary>"Namespace.Type, Assembly".</summary>
    public string RemoteType { get; } = remoteType;

    /// <summary>"" when there was none.</summary>
    public string RemoteStackTrace { get; } = remoteStackTrace;

    public override string ToString() => RemoteStackTrace.Length == 0
        ? $"{RemoteType}: {Message}"
        : $"{RemoteType}: {Message}{Environment.NewLine}{RemoteStackTrace}{Environment.NewLine}--- of another system ---";
}
