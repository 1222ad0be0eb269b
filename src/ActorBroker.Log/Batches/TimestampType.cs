namespace ActorBroker.Log;

/// <summary>Whose clock a batch's timestamps come from. The number is bit 3 of the batch attributes.</summary>
public enum TimestampType : byte
{
    /// <summary>The producer's: each record has its own.</summary>
    CreateTime = 0,

    /// <summary>The broker's: every record of the batch has the batch's max timestamp.</summary>
    LogAppendTime = 1,
}
