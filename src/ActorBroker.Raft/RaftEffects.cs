using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace ActorBroker.Raft;

/// <summary>Something the caller has to do for the core. Carried out one by one, in order.</summary>
public abstract record RaftEffect;

/// <summary>Make this durable before the next effect is begun.</summary>
public sealed record PersistHardState(HardState State) : RaftEffect;

/// <summary>Send a message that has no records with it.</summary>
public sealed record Send(RaftMessage Message) : RaftEffect;

/// <summary>Send a message together with the bytes that a <see cref="ReadEntries"/> brought.</summary>
public sealed record SendEntries(AppendRequest Message, long ReadId) : RaftEffect;

/// <summary>Read records for a follower, whole batches only, at least one, and call <see cref="RaftCore.EntriesRead"/>, now or later.</summary>
/// <param name="ReadId">Different for every read since the core was made.</param>
/// <param name="EndMax">Do not read beyond: another epoch begins there, or the log ends.</param>
public sealed record ReadEntries(long ReadId, ReplicaId To, long FromOffset, long EndMax, int BytesMax) : RaftEffect;

/// <summary>Append the records just proposed, stamped with these offsets and this epoch; call <see cref="RaftCore.Durable"/> once they are.</summary>
public sealed record AppendProposed(long BaseOffset, long EndOffset, int Epoch) : RaftEffect;

/// <summary>Append one record of the group's own, which users never see; call <see cref="RaftCore.Durable"/> once it is.</summary>
/// <param name="Membership">What the record brings; null for one that only marks the leader's epoch.</param>
public sealed record AppendControl(long Offset, int Epoch, Membership? Membership) : RaftEffect;

/// <summary>Append what came with the message just stepped, from this offset on (what is before it is here already); call
/// <see cref="RaftCore.Durable"/> once it is.</summary>
public sealed record AppendReceived(long FromOffset, long EndOffset, int Epoch) : RaftEffect;

/// <summary>Cut the log's end off, durably before the next effect is begun: it was never committed. A flush that began earlier must no longer
/// be reported by <see cref="RaftCore.Durable"/>.</summary>
public sealed record TruncateLog(long EndOffset) : RaftEffect;

/// <summary>Give up the whole log and begin anew at an offset: fetch what stands for the records before it (a snapshot; nothing when they
/// were deleted), then replace the log, then call <see cref="RaftCore.StartedOver"/>, or <see cref="RaftCore.StartOverFailed"/>. After a crash the log is the old one or the new one,
/// never a part. Flushes that began before are not reported any more.</summary>
/// <param name="Leader">Whom to fetch from.</param>
/// <param name="Epochs">The new log's epoch history.</param>
public sealed record StartOver(ReplicaId Leader, long StartOffset, ImmutableArray<EpochStart> Epochs) : RaftEffect;

/// <summary>Everything before this offset is committed, for ever.</summary>
public sealed record CommitMoved(long Commit) : RaftEffect;

/// <summary>The leader's log begins here now: what is before it may be deleted here, too. It is committed here.</summary>
public sealed record LeaderStartMoved(long StartOffset) : RaftEffect;

/// <summary>Another role, epoch or leader. Proposals that wait for their commit have failed, or their fate is unknown, once the replica
/// no longer leads in their epoch.</summary>
/// <param name="Leader">Null while nobody is known to lead.</param>
public sealed record RoleChanged(RaftRole Role, int Epoch, ReplicaId? Leader) : RaftEffect;

/// <summary>Another membership is in force here, committed or not.</summary>
public sealed record MembershipChanged(MembershipAt InForce) : RaftEffect;

/// <summary>The hand-over did not happen in time; the leader takes proposals again.</summary>
public sealed record TransferAborted(ReplicaId Target) : RaftEffect;

/// <summary>Someone broke a promise (a lost disk, altered messages, a bug) and going on could lose what was acknowledged. The replica has
/// stopped; a person must look.</summary>
public sealed record SafetyViolated(string What) : RaftEffect;

/// <summary>The effects that wait to be carried out, first in first out. Owned by the core; emptied by its caller.</summary>
public sealed class RaftEffects
{
    private readonly Queue<RaftEffect> _waiting = new();

    public bool IsEmpty => _waiting.Count == 0;

    public bool TryTake([NotNullWhen(true)] out RaftEffect? effect) => _waiting.TryDequeue(out effect);

    internal void Add(RaftEffect effect) => _waiting.Enqueue(effect);
}
