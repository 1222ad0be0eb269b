using System.Collections.Immutable;

namespace ActorBroker.Raft;

/// <summary>Who belongs to a group: voters make majorities, learners only receive. Both sorted, disjoint; at least one voter.</summary>
public sealed record Membership
{
    public Membership(IEnumerable<ReplicaId> voters, IEnumerable<ReplicaId>? learners = null)
    {
        Voters = [.. voters.Order()];
        Learners = [.. (learners ?? []).Order()];
        Check.That(Voters.Length > 0);
        Check.That(Voters.Concat(Learners).Distinct().Count() == Voters.Length + Learners.Length);
    }

    public ImmutableArray<ReplicaId> Voters { get; }

    public ImmutableArray<ReplicaId> Learners { get; }

    public bool IsVoter(ReplicaId replica) => Voters.Contains(replica);

    public bool IsLearner(ReplicaId replica) => Learners.Contains(replica);

    public bool Contains(ReplicaId replica) => IsVoter(replica) || IsLearner(replica);

    public bool Equals(Membership? other) =>
        other is not null && Voters.SequenceEqual(other.Voters) && Learners.SequenceEqual(other.Learners);

    public override int GetHashCode() => Voters.Concat(Learners).Aggregate(Voters.Length, HashCode.Combine);

    public override string ToString() => Learners.Length == 0 ? string.Join(',', Voters) : $"{string.Join(',', Voters)} +{string.Join(',', Learners)}";

    /// <summary>The membership after a change.</summary>
    /// <returns>Null when the change does not fit this membership; <paramref name="refusal"/> says why.</returns>
    public Membership? With(MembershipChange change, out ChangeOutcome refusal)
    {
        var replica = change.Replica;
        refusal = change.Kind switch
        {
            ChangeKind.AddLearner => Contains(replica) ? ChangeOutcome.AlreadyMember : ChangeOutcome.Accepted,
            ChangeKind.Promote => IsVoter(replica) ? ChangeOutcome.AlreadyMember : IsLearner(replica) ? ChangeOutcome.Accepted : ChangeOutcome.UnknownReplica,
            ChangeKind.Demote => !IsVoter(replica) ? ChangeOutcome.UnknownReplica : Voters.Length == 1 ? ChangeOutcome.LastVoter : ChangeOutcome.Accepted,
            ChangeKind.Remove => !Contains(replica) ? ChangeOutcome.UnknownReplica
                : IsVoter(replica) && Voters.Length == 1 ? ChangeOutcome.LastVoter : ChangeOutcome.Accepted,
        };
        if (refusal != ChangeOutcome.Accepted)
        {
            return null;
        }

        return change.Kind switch
        {
            ChangeKind.AddLearner => new Membership(Voters, Learners.Add(replica)),
            ChangeKind.Promote => new Membership(Voters.Add(replica), Learners.Remove(replica)),
            ChangeKind.Demote => new Membership(Voters.Remove(replica), Learners.Add(replica)),
            ChangeKind.Remove => new Membership(Voters.Remove(replica), Learners.Remove(replica)),
        };
    }
}

/// <summary>A membership and the entry that brought it.</summary>
/// <param name="Offset">The entry's offset; −1 for what the group was created with.</param>
/// <param name="Epoch">The entry's epoch. Together with the offset it tells this entry from every other.</param>
public sealed record MembershipAt(long Offset, int Epoch, Membership Membership)
{
    /// <summary>The membership that a group is created with; the same for each of its first replicas.</summary>
    public static MembershipAt Initial(Membership membership) => new(-1, EpochHistory.None, membership);
}

/// <summary>One replica's place in the group changes. Voters change by one, so that two majorities always share a replica.</summary>
public readonly record struct MembershipChange(ChangeKind Kind, ReplicaId Replica);

public enum ChangeKind
{
    /// <summary>Someone new receives the log, without a vote.</summary>
    AddLearner,

    /// <summary>A learner that caught up becomes a voter.</summary>
    Promote,

    /// <summary>A voter becomes a learner.</summary>
    Demote,

    /// <summary>A voter or learner leaves. A leader may remove itself: it leads until that is committed.</summary>
    Remove,
}

/// <summary>What became of a requested change.</summary>
public enum ChangeOutcome
{
    /// <summary>The entry is appended and its membership is in force here. Done when it is committed.</summary>
    Accepted,
    NotLeader,

    /// <summary>Leadership is being handed over: ask the next leader.</summary>
    Transferring,

    /// <summary>The change before it is not committed yet: try again when it is.</summary>
    ChangePending,

    /// <summary>The leader has committed nothing in its own epoch yet. It has appended an entry to do so: try again when that is committed.</summary>
    EpochNotCommitted,
    AlreadyMember,
    UnknownReplica,

    /// <summary>The learner is too far behind, or not heard: try again later.</summary>
    NotCaughtUp,
    LastVoter,
}
