namespace ActorBroker.Log;

/// <summary>What became of a batch. All but the first wrote nothing.</summary>
public enum AppendVerdict
{
    Appended,

    /// <summary>The producer sent it before and it is in the log: answer as if appended, with the original offset.</summary>
    Duplicate,

    /// <summary>The producer's sequence numbers do not continue what the log has.</summary>
    OutOfOrderSequence,

    /// <summary>A producer with a newer epoch has taken over.</summary>
    InvalidProducerEpoch,

    /// <summary>Larger than a whole segment may be.</summary>
    TooLargeForSegment,
}
