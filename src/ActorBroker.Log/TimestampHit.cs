namespace ActorBroker.Log;

/// <summary>A record found by its time.</summary>
/// <param name="Offset">The record's.</param>
/// <param name="Timestamp">The record's own, in ms since 1970.</param>
/// <param name="Epoch">Leader epoch of its batch.</param>
public readonly record struct TimestampHit(Offset Offset, long Timestamp, LeaderEpoch Epoch);
