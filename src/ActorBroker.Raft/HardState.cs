using System.Collections.Immutable;

namespace ActorBroker.Raft;

/// <summary>What a replica must not forget, besides its log. Small, and changes seldom.</summary>
/// <param name="Epoch">The latest epoch it took part in.</param>
/// <param name="Vote">Whom it voted for in that epoch; null for nobody.</param>
/// <param name="CommitHint">Everything before it was committed and durable here. May be old.</param>
/// <param name="Memberships">Rising by offset; the last whose entry is in the log is in force.</param>
/// <param name="StartingOver">Where the log was about to begin anew. Says what is in force if it did.</param>
public sealed record HardState(int Epoch, ReplicaId? Vote, long CommitHint, ImmutableArray<MembershipAt> Memberships, StartOverPoint? StartingOver = null)
{
    /// <summary>The state of a replica that has just been created.</summary>
    /// <param name="membership">The group as it is created; for a learner that joins later, any membership of the group that is known:
    /// the leader tells the one in force.</param>
    public static HardState New(Membership membership) => new(0, null, 0, [MembershipAt.Initial(membership)]);
}

/// <summary>An offset before which everything is committed and held elsewhere (in a snapshot, or no more at all).</summary>
/// <param name="Membership">In force for the record before <paramref name="StartOffset"/>.</param>
public sealed record StartOverPoint(long StartOffset, MembershipAt Membership);
