namespace ActorBroker.Log;

/// <summary>Whether the log covers the offset that was asked for.</summary>
public enum ReadOutcome
{
    Ok,

    /// <summary>Below the log's start or above its end.</summary>
    OffsetOutOfRange,
}
