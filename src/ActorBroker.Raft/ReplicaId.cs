namespace ActorBroker.Raft;

/// <summary>One replica of one replicated log.</summary>
/// <param name="Node">The node it is on.</param>
/// <param name="Incarnation">Rises when the node begins anew with an empty disk. What the replica before it promised or held is not
/// known to this one, so it is another replica: it joins as a learner, and the old one is removed.</param>
public readonly record struct ReplicaId(int Node, int Incarnation = 0) : IComparable<ReplicaId>
{
    public static bool operator <(ReplicaId a, ReplicaId b) => a.CompareTo(b) < 0;

    public static bool operator >(ReplicaId a, ReplicaId b) => a.CompareTo(b) > 0;

    public static bool operator <=(ReplicaId a, ReplicaId b) => a.CompareTo(b) <= 0;

    public static bool operator >=(ReplicaId a, ReplicaId b) => a.CompareTo(b) >= 0;

    public int CompareTo(ReplicaId other) =>
        Node != other.Node ? Node.CompareTo(other.Node) : Incarnation.CompareTo(other.Incarnation);

    public override string ToString() => Incarnation == 0 ? $"{Node}" : $"{Node}.{Incarnation}";
}
