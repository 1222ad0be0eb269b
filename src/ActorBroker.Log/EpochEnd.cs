namespace ActorBroker.Log;

/// <summary>Where an epoch ends in this log.</summary>
/// <param name="Epoch">The largest known epoch not above the one asked for; <see cref="LeaderEpoch.None"/> when unknown.</param>
/// <param name="EndOffset">First offset after that epoch; <see cref="Offset.None"/> when unknown.</param>
public readonly record struct EpochEnd(LeaderEpoch Epoch, Offset EndOffset);
