namespace ActorBroker.Log;

/// <summary>What the numbers of a checkpoint file are.</summary>
internal enum CheckpointKind : byte
{
    /// <summary>One value: everything before this offset was flushed.</summary>
    RecoveryPoint = 1,

    /// <summary>One value: the log's start offset.</summary>
    LogStart = 2,

    /// <summary>Five values: end offset, base offset of the last segment, sizes of its log, offset index and time index.</summary>
    CleanClose = 3,
}
