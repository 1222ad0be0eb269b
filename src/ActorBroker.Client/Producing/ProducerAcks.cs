namespace ActorBroker.Client;

/// <summary>How many replicas must have a record before it counts as written.</summary>
public enum ProducerAcks : sbyte
{
    /// <summary>All in-sync ones: what is acknowledged survives as long as one of them does.</summary>
    All = -1,

    /// <summary>None: the leader has the record in hand. An answer comes all the same, because it gives room for the next batch.</summary>
    None = 0,

    /// <summary>The leader's log has it.</summary>
    Leader = 1,
}
