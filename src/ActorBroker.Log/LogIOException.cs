namespace ActorBroker.Log;

/// <summary>The disk refused. What the failed operation left behind is unknown: fence the partition, close the log, reopen it to recover.</summary>
public class LogIOException(string message, string path, Exception? cause = null) : IOException(message, cause)
{
    /// <summary>The file or folder that was worked on.</summary>
    public string Path { get; } = path;
}
