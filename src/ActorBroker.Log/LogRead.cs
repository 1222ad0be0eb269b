namespace ActorBroker.Log;

/// <summary>Answer to a read.</summary>
/// <param name="Batches">Whole batches, back to back, at least one; null when there is nothing to read. The caller disposes it.</param>
/// <param name="Next">Where reading goes on: the offset after the last batch, or the one asked for.</param>
public readonly record struct LogRead(ReadOutcome Outcome, BatchLease? Batches, Offset Next);
