using System.Collections.Immutable;

namespace ActorBroker.Raft.Tests;

/// <summary>One core of a group of three, driven by hand.</summary>
internal static class OneCore
{
    public static readonly ReplicaId One = new(1);
    public static readonly ReplicaId Two = new(2);
    public static readonly ReplicaId Three = new(3);
    public static readonly Membership Group = new([One, Two, Three]);

    public static RaftCore Core(ReplicaId self, HardState? stored = null, LogState? log = null, RaftOptions? options = null) =>
        new(self, options ?? new RaftOptions(), stored ?? HardState.New(Group), log ?? LogState.Empty, new Random(1));

    /// <summary>Replica 1, elected, with nobody heard of yet.</summary>
    public static RaftCore Leader(RaftOptions options, LogState? log = null)
    {
        var epoch = log is null ? 0 : log.Epochs[^1].Epoch;
        var core = Core(One, HardState.New(Group) with { Epoch = epoch, CommitHint = log?.End ?? 0 }, log, options);
        Elect(core);
        return core;
    }

    public static void Elect(RaftCore core)
    {
        while (core.Role != RaftRole.PreCandidate) Tick(core, 1);
        var epoch = core.Epoch + 1;
        Step(core, new VoteResponse(Three, One, epoch - 1, epoch, IsPreVote: true, IsGranted: true));
        Step(core, new VoteResponse(Three, One, epoch, epoch, IsPreVote: false, IsGranted: true));
        Assert.Equal(RaftRole.Leader, core.Role);
    }

    public static RaftEffect[] Acknowledge(RaftCore core, ReplicaId from, long end, long? requested = null) =>
        Step(core, new AppendResponse(from, One, core.Epoch, AppendOutcome.Matched, requested ?? end, end, EpochHistory.None, 0), keep: true);

    /// <summary>Carries out all reads, and tells what was sent.</summary>
    public static List<AppendRequest> ReadAll(RaftCore core)
    {
        var sent = new List<AppendRequest>();
        while (core.Effects.TryTake(out var effect))
        {
            if (effect is ReadEntries read) core.EntriesRead(read.ReadId, read.EndMax, 100);
            if (effect is SendEntries send) sent.Add(send.Message);
        }

        return sent;
    }

    public static RaftEffect[] Step(RaftCore core, RaftMessage message, bool keep = false)
    {
        core.Step(message);
        var effects = Drain(core);
        if (keep)
        {
            foreach (var effect in effects) core.Effects.Add(effect);
        }

        return effects;
    }

    public static RaftEffect[] Drain(RaftCore core)
    {
        var effects = new List<RaftEffect>();
        while (core.Effects.TryTake(out var effect)) effects.Add(effect);
        return [.. effects];
    }

    public static void Tick(RaftCore core, int count)
    {
        for (var i = 0; i < count; i++)
        {
            core.Tick();
            Drain(core);
        }
    }

    public static T Sent<T>(RaftEffect[] effects)
        where T : RaftMessage => Assert.Single(effects.OfType<Send>().Select(send => send.Message).OfType<T>());

    public static VoteResponse Vote(RaftCore core, ReplicaId candidate, int epoch, int lastEpoch = EpochHistory.None, long end = 0) =>
        Sent<VoteResponse>(Step(core, new VoteRequest(candidate, core.Self, epoch, epoch, lastEpoch, end, IsPreVote: false, IsTransfer: false)));

    public static AppendRequest Append(int epoch, long from, int prevEpoch, long end, int entriesEpoch) =>
        new(One, Two, epoch, from, prevEpoch, end, entriesEpoch, ImmutableArray<MembershipAt>.Empty, 0, 0, 0);

    public static AppendRequest Heartbeat(int epoch, ReplicaId? to = null, ReplicaId? from = null) =>
        new(from ?? One, to ?? Two, epoch, 0, EpochHistory.None, 0, EpochHistory.None, [], 0, 0, 0);
}
