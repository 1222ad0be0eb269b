using ActorBroker.Raft;
using ActorBroker.Storage;

namespace ActorBroker.Controller.Replication;

/// <summary>Hard state of this node's replica of the metadata log, and which cluster it belongs to. The last one counts.</summary>
/// <param name="Incarnation">Of this node.</param>
public sealed record MetadataReplicaState(
    Guid ClusterId, int Incarnation, int Epoch, StoredReplica? Vote, long CommitHint, StoredMembership[] Memberships, StoredStartOver? StartingOver) : IStored
{
    public static MetadataReplicaState Of(Guid clusterId, int incarnation, HardState state) => new(
        clusterId,
        incarnation,
        state.Epoch,
        state.Vote is { } vote ? StoredReplica.Of(vote) : null,
        state.CommitHint,
        [.. state.Memberships.Select(StoredMembership.Of)],
        state.StartingOver is { } over ? new StoredStartOver(over.StartOffset, StoredMembership.Of(over.Membership)) : null);

    public HardState ToHardState() => new(
        Epoch,
        Vote?.ToReplica(),
        CommitHint,
        [.. Memberships.Select(membership => membership.ToMembership())],
        StartingOver is { } over ? new StartOverPoint(over.StartOffset, over.Membership.ToMembership()) : null);
}

/// <summary>A <see cref="ReplicaId"/> on disk.</summary>
public sealed record StoredReplica(int Node, int Incarnation)
{
    public static StoredReplica Of(ReplicaId replica) => new(replica.Node, replica.Incarnation);

    public ReplicaId ToReplica() => new(Node, Incarnation);
}

/// <summary>A <see cref="MembershipAt"/> on disk.</summary>
public sealed record StoredMembership(long Offset, int Epoch, StoredReplica[] Voters, StoredReplica[] Learners)
{
    public static StoredMembership Of(MembershipAt at) => new(
        at.Offset, at.Epoch, [.. at.Membership.Voters.Select(StoredReplica.Of)], [.. at.Membership.Learners.Select(StoredReplica.Of)]);

    public MembershipAt ToMembership() => new(
        Offset, Epoch, new Membership(Voters.Select(replica => replica.ToReplica()), Learners.Select(replica => replica.ToReplica())));
}

/// <summary>A <see cref="StartOverPoint"/> on disk.</summary>
public sealed record StoredStartOver(long StartOffset, StoredMembership Membership);
