using System.Collections.Immutable;

namespace ActorBroker.Raft;

/// <summary>What one replica tells another. May be lost, doubled, delayed and overtaken; must not be altered.</summary>
/// <param name="Epoch">The epoch the sender is in.</param>
public abstract record RaftMessage(ReplicaId From, ReplicaId To, int Epoch);

/// <summary>A candidate asks for a vote, or (pre-vote) whether it would get one. Answered by <see cref="VoteResponse"/>, or not at all
/// while the receiver hears its leader.</summary>
/// <param name="ForEpoch">The epoch it wants to lead: its own, or the next one for a pre-vote.</param>
/// <param name="LastEpoch">Epoch of its last record.</param>
/// <param name="EndOffset">End of its log.</param>
/// <param name="IsTransfer">The leader asked it to stand, so that hearing the leader is no reason to refuse.</param>
public sealed record VoteRequest(
    ReplicaId From, ReplicaId To, int Epoch, int ForEpoch, int LastEpoch, long EndOffset, bool IsPreVote, bool IsTransfer)
    : RaftMessage(From, To, Epoch);

/// <summary>Answers <see cref="VoteRequest"/>.</summary>
public sealed record VoteResponse(ReplicaId From, ReplicaId To, int Epoch, int ForEpoch, bool IsPreVote, bool IsGranted)
    : RaftMessage(From, To, Epoch);

/// <summary>The leader's records for a follower; without records a heartbeat, and the question whether the logs agree up to
/// <paramref name="FromOffset"/>. Answered by <see cref="AppendResponse"/>, once what it brought is durable.</summary>
/// <param name="FromOffset">Where the records begin, and the leader believes the follower's log to end.</param>
/// <param name="PrevEpoch">Epoch of the leader's record before <paramref name="FromOffset"/>.</param>
/// <param name="EndOffset">Where the records end. The caller carries the bytes of [from, end) along.</param>
/// <param name="EntriesEpoch">The one epoch of all these records.</param>
/// <param name="Memberships">Which of the records bring a membership, and which one.</param>
/// <param name="Commit">Committed as far as the leader knows.</param>
/// <param name="LogStart">Where the leader's log begins: the follower may delete what is before it.</param>
/// <param name="SentAt">The leader's tick; comes back in the answer.</param>
public sealed record AppendRequest(
    ReplicaId From, ReplicaId To, int Epoch, long FromOffset, int PrevEpoch, long EndOffset, int EntriesEpoch,
    ImmutableArray<MembershipAt> Memberships, long Commit, long LogStart, long SentAt)
    : RaftMessage(From, To, Epoch)
{
    public bool HasEntries => EndOffset > FromOffset;
}

/// <summary>The leader no longer has what the follower needs next, and tells it to begin anew. Answered by <see cref="AppendResponse"/>.</summary>
/// <param name="StartOffset">Where to begin: the leader's log start. Everything before it is committed.</param>
/// <param name="Epochs">The epochs of records before <paramref name="StartOffset"/>, as far back as known, at least of the last one.</param>
public sealed record InstallRequest(
    ReplicaId From, ReplicaId To, int Epoch, long StartOffset, ImmutableArray<EpochStart> Epochs, MembershipAt Membership, long SentAt)
    : RaftMessage(From, To, Epoch);

/// <summary>Answers <see cref="AppendRequest"/> and <see cref="InstallRequest"/>.</summary>
/// <param name="RequestOffset">Offset of the request it answers: from where, or where to start.</param>
/// <param name="EndOffset">Matched: durable here and the same as the leader's log before this. Diverged: the logs cannot agree beyond
/// this.</param>
/// <param name="HintEpoch">Diverged: epoch of the record before <paramref name="EndOffset"/>.</param>
/// <param name="SentAt">Of the latest request heard in this epoch; −1 to a request of an earlier one.</param>
public sealed record AppendResponse(
    ReplicaId From, ReplicaId To, int Epoch, AppendOutcome Outcome, long RequestOffset, long EndOffset, int HintEpoch, long SentAt)
    : RaftMessage(From, To, Epoch);

public enum AppendOutcome
{
    /// <summary>The logs agree up to the request's offset.</summary>
    Matched,

    /// <summary>The logs do not agree there, or this one is too short.</summary>
    Diverged,

    /// <summary>Is beginning anew; alive, but takes no records yet.</summary>
    StartingOver,

    /// <summary>The request is of an epoch that is over.</summary>
    OldEpoch,
}

/// <summary>The leader hands over: stand for election at once.</summary>
/// <param name="Commit">The receiver's whole log is committed, and this is its end.</param>
public sealed record TimeoutNow(ReplicaId From, ReplicaId To, int Epoch, long Commit) : RaftMessage(From, To, Epoch);
