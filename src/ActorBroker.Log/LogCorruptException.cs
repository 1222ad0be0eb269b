namespace ActorBroker.Log;

/// <summary>Bytes that were complete and durable once are damaged: in the middle of a log, not at its tail. Nothing is cut or
/// skipped; the partition stays fenced until a person has looked.</summary>
public sealed class LogCorruptException(string path, long position, string reason)
    : LogIOException($"{path}: damaged at byte {position}: {reason}. Nothing was changed. Restore the file from a backup, or delete the partition.", path)
{
    /// <summary>Byte position in the file where the damaged batch begins.</summary>
    public long Position { get; } = position;

    public string Reason { get; } = reason;
}
