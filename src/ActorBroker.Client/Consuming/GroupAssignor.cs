namespace ActorBroker.Client;

/// <summary>How a group shares out partitions. All members name what they can, in their order of preference; the group takes what all of
/// them can. These two are Kafka's, with the same results, so that Kafka clients may be members too.</summary>
public enum GroupAssignor
{
    /// <summary>Of each topic, each member gets a range of partitions. Partitions of the same number in topics of the same size meet in
    /// one member.</summary>
    Range,

    /// <summary>Partitions are dealt one by one: members have numbers of partitions that differ by at most one, if they all subscribe to the
    /// same topics.</summary>
    RoundRobin,
}
