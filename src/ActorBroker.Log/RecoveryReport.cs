namespace ActorBroker.Log;

/// <summary>What opening a log found and did; the owner tells people.</summary>
/// <param name="WasClean">The log was closed properly and nothing had changed since: nothing was scanned.</param>
/// <param name="CutBytes">Bytes taken off the end because the last write before a crash was torn.</param>
/// <param name="End">The end offset after recovery.</param>
/// <param name="File">Path of the file that was cut; null when none was.</param>
/// <param name="Position">Byte position in <paramref name="File"/> where it was cut.</param>
/// <param name="Reason">Why it was cut there.</param>
/// <param name="SegmentsScanned">Segments whose batches were read, all or in part.</param>
/// <param name="BytesScanned">Bytes of log whose CRC was checked.</param>
/// <param name="RebuiltIndexes">Names of side files that were missing or wrong and were made again from the log.</param>
public sealed record RecoveryReport(
    bool WasClean,
    long CutBytes,
    Offset End,
    string? File,
    long Position,
    string? Reason,
    int SegmentsScanned,
    long BytesScanned,
    IReadOnlyList<string> RebuiltIndexes)
{
    /// <summary>Names of segment files after the cut that were never known flushed and no longer join on; renamed, not deleted.</summary>
    public IReadOnlyList<string> SetAside { get; init; } = [];
}
