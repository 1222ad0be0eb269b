namespace ActorBroker.Log;

/// <summary>Everything that opening a folder yields.</summary>
/// <param name="HasCleanMarker">The marker of the last clean close is still there: it goes before the first change.</param>
internal sealed record OpenedLog(
    SegmentList Segments,
    LogOffsets Offsets,
    EpochHistory Epochs,
    ProducerTable Producers,
    SnapshotStore Snapshots,
    LogCheckpoints Checkpoints,
    RecoveryReport Report,
    bool HasCleanMarker);
