namespace ActorBroker.Kafka.Wire;

/// <summary>Why a message cannot be read.</summary>
public enum WireError
{
    None,

    /// <summary>A field reaches beyond the end of the frame.</summary>
    EndOfFrame,

    /// <summary>A length that is negative where null is not allowed, or below −1.</summary>
    NegativeLength,

    /// <summary>More elements are claimed than the rest of the frame could hold.</summary>
    CountExceedsFrame,

    /// <summary>A variable-length integer longer than its type.</summary>
    VarIntTooLong,

    /// <summary>Tags must rise strictly.</summary>
    TagsOutOfOrder,

    /// <summary>A tagged field whose content is not as long as it says.</summary>
    TagSizeMismatch,

    /// <summary>The version of the message is not known.</summary>
    UnknownVersion,
}
