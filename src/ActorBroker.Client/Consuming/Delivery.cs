namespace ActorBroker.Client;

/// <summary>What a crash of the application does to records that it was processing.</summary>
public enum Delivery
{
    /// <summary>A record counts as processed when the next one is asked for, and only then may its position be committed. After a crash,
    /// records from the last commit on come again.</summary>
    AtLeastOnce,

    /// <summary>Positions are committed, a batch at a time, before the first record of the batch is given out. After a crash, the rest of
    /// that batch is never seen. Needs a group id.</summary>
    AtMostOnce,
}
