using static ActorBroker.Raft.Tests.OneCore;

namespace ActorBroker.Raft.Tests;

/// <summary>One core, and what it says to what it is told.</summary>
public sealed class RaftCoreTests
{
    [Fact]
    public void A_vote_is_durable_before_it_is_sent()
    {
        var core = Core(Two);
        Tick(core, 10);

        var effects = Step(core, new VoteRequest(One, Two, 1, 1, EpochHistory.None, 0, IsPreVote: false, IsTransfer: false));

        var vote = Array.FindIndex(effects, effect => effect is Send { Message: VoteResponse { IsGranted: true } });
        var stored = Array.FindIndex(effects, effect => effect is PersistHardState { State: { Epoch: 1, Vote: { } voted } } && voted == One);
        Assert.InRange(stored, 0, vote - 1);
    }

    [Fact]
    public void Who_voted_does_not_vote_for_another_in_this_epoch_after_a_restart()
    {
        var core = Core(Two, stored: HardState.New(Group) with { Epoch = 1, Vote = One });
        Tick(core, 10);

        Assert.False(Vote(core, Three, epoch: 1).IsGranted);
        Assert.True(Vote(core, One, epoch: 1).IsGranted);
    }

    [Fact]
    public void Who_has_just_started_votes_for_nobody()
    {
        var core = Core(Two, stored: HardState.New(Group) with { Epoch = 1 });
        Tick(core, 9);

        Assert.False(Vote(core, One, epoch: 2).IsGranted);
    }

    [Fact]
    public void Votes_for_a_shorter_log_are_refused()
    {
        var core = Core(Two, log: new LogState(0, 5, [new(1, 0), new(3, 4)]), stored: HardState.New(Group) with { Epoch = 3 });
        Tick(core, 10);

        Assert.False(Vote(core, One, epoch: 4, lastEpoch: 2, end: 100).IsGranted);
        Assert.False(Vote(core, One, epoch: 5, lastEpoch: 3, end: 4).IsGranted);
        Assert.True(Vote(core, One, epoch: 6, lastEpoch: 3, end: 5).IsGranted);
    }

    [Fact]
    public void Messages_to_an_earlier_incarnation_are_not_for_this_one()
    {
        var core = Core(Two with { Incarnation = 1 });

        Assert.Empty(Step(core, Heartbeat(epoch: 5)));
        Assert.Equal(0, core.Epoch);
    }

    [Fact]
    public void Records_are_acknowledged_once_they_are_durable()
    {
        var core = Core(Two);

        var received = Step(core, Append(epoch: 1, from: 0, prevEpoch: EpochHistory.None, end: 3, entriesEpoch: 1));
        core.Durable(2);
        var first = Drain(core);
        core.Durable(3);
        var second = Drain(core);

        Assert.Contains(new AppendReceived(0, 3, 1), received);
        Assert.DoesNotContain(received, effect => effect is Send);
        Assert.Equal(2, Sent<AppendResponse>(first).EndOffset);
        Assert.Equal(3, Sent<AppendResponse>(second).EndOffset);
    }

    [Fact]
    public void A_request_that_was_overtaken_cuts_nothing_off()
    {
        var core = Core(Two);
        Step(core, Append(epoch: 1, from: 0, prevEpoch: EpochHistory.None, end: 3, entriesEpoch: 1));
        Step(core, Append(epoch: 1, from: 3, prevEpoch: 1, end: 5, entriesEpoch: 1));

        var late = Step(core, Append(epoch: 1, from: 0, prevEpoch: EpochHistory.None, end: 2, entriesEpoch: 1));

        Assert.DoesNotContain(late, effect => effect is TruncateLog);
        Assert.Equal(5, core.LogEnd);
    }

    [Fact]
    public void A_request_from_before_the_logs_start_cuts_nothing_off()
    {
        var core = Core(Two, log: new LogState(10, 14, [new(2, 8)]), stored: HardState.New(Group) with { Epoch = 3, CommitHint = 12 });

        var effects = Step(core, Append(epoch: 3, from: 5, prevEpoch: 1, end: 8, entriesEpoch: 1));

        Assert.DoesNotContain(effects, effect => effect is TruncateLog or AppendReceived or SafetyViolated);
        Assert.Equal(12, Sent<AppendResponse>(effects).EndOffset);
    }

    [Fact]
    public void Only_the_part_that_is_new_is_appended()
    {
        var core = Core(Two);
        Step(core, Append(epoch: 1, from: 0, prevEpoch: EpochHistory.None, end: 3, entriesEpoch: 1));

        var more = Step(core, Append(epoch: 1, from: 1, prevEpoch: 1, end: 5, entriesEpoch: 1));

        Assert.Contains(new AppendReceived(3, 5, 1), more);
    }

    [Fact]
    public void A_membership_is_durable_before_the_record_that_brings_it_and_goes_with_it()
    {
        var core = Core(Two);
        var next = new MembershipAt(0, 1, new Membership([One, Two]));

        var received = Step(core, Append(epoch: 1, from: 0, prevEpoch: EpochHistory.None, end: 1, entriesEpoch: 1) with { Memberships = [next] });
        var stored = Array.FindIndex(received, effect => effect is PersistHardState persist && persist.State.Memberships.Contains(next));
        Assert.InRange(stored, 0, Array.FindIndex(received, effect => effect is AppendReceived) - 1);
        Assert.Equal(next, core.Membership);

        var cut = Step(core, new AppendRequest(Three, Two, 2, 0, EpochHistory.None, 1, 2, [], 0, 0, 0));
        Assert.Contains(new TruncateLog(0), cut);
        Assert.Equal(Group, core.Membership.Membership);
    }

    [Fact]
    public void A_membership_whose_record_was_lost_is_forgotten_at_the_restart()
    {
        var stored = HardState.New(Group);
        stored = stored with { Epoch = 2, Memberships = stored.Memberships.Add(new MembershipAt(3, 2, new Membership([Two]))) };

        Assert.Equal(Group, Core(Two, stored, new LogState(0, 3, [new(2, 0)])).Membership.Membership);
        Assert.Equal(Group, Core(Two, stored, new LogState(0, 4, [new(1, 0)])).Membership.Membership);
        Assert.NotEqual(Group, Core(Two, stored, new LogState(0, 4, [new(2, 0)])).Membership.Membership);
    }

    [Fact]
    public void What_the_recovered_log_does_not_confirm_is_forgotten_for_good()
    {
        var stored = HardState.New(Group);
        stored = stored with { Epoch = 2, Memberships = stored.Memberships.Add(new MembershipAt(3, 2, new Membership([Two]))) };
        var core = Core(Two, stored, new LogState(0, 3, [new(2, 0)]));

        var effects = Step(core, Append(epoch: 2, from: 3, prevEpoch: 2, end: 4, entriesEpoch: 2));

        Assert.Single(Assert.IsType<PersistHardState>(effects[0]).State.Memberships);
    }

    [Fact]
    public void Who_holds_what_it_is_told_to_start_over_from_keeps_its_log()
    {
        var core = Core(Two, log: new LogState(0, 12, [new(1, 0), new(2, 9)]), stored: HardState.New(Group) with { Epoch = 2 });

        var effects = Step(core, new InstallRequest(One, Two, 3, 10, [new(1, 0), new(2, 9)], MembershipAt.Initial(Group), 0));

        Assert.DoesNotContain(effects, effect => effect is StartOver);
        Assert.Equal((12, 10), (core.LogEnd, core.Commit));
        Assert.Equal((AppendOutcome.Matched, 10), (Sent<AppendResponse>(effects).Outcome, Sent<AppendResponse>(effects).EndOffset));
    }

    [Fact]
    public void A_crash_while_starting_over_leaves_the_old_log_or_the_new_one()
    {
        var core = Core(Two, log: new LogState(0, 4, [new(1, 0)]), stored: HardState.New(Group) with { Epoch = 1 });
        var there = new MembershipAt(7, 2, new Membership([One, Two]));

        var effects = Step(core, new InstallRequest(One, Two, 3, 10, [new(1, 0), new(2, 6)], there, 0));
        var stored = effects.OfType<PersistHardState>().Last().State;
        Assert.True(Array.FindIndex(effects, effect => effect is StartOver) > Array.FindLastIndex(effects, effect => effect is PersistHardState));

        var before = Core(Two, stored, new LogState(0, 4, [new(1, 0)]));
        Assert.Equal((Group, 4), (before.Membership.Membership, before.LogEnd));

        var after = Core(Two, stored, new LogState(10, 10, [new(1, 0), new(2, 6)]));
        Assert.Equal((there, 10, 10), (after.Membership, after.LogEnd, after.Commit));

        core.StartedOver(10);
        Assert.Equal(10, Sent<AppendResponse>(Drain(core)).EndOffset);
        Assert.Equal(there, core.Membership);
    }

    [Fact]
    public void While_it_starts_over_a_replica_answers_and_takes_nothing()
    {
        var core = Core(Two);
        Step(core, new InstallRequest(One, Two, 1, 10, [new(1, 0)], MembershipAt.Initial(Group), 0));

        var answer = Sent<AppendResponse>(Step(core, Append(epoch: 1, from: 10, prevEpoch: 1, end: 12, entriesEpoch: 1)));

        Assert.Equal(AppendOutcome.StartingOver, answer.Outcome);
        Assert.Equal(0, core.LogEnd);
    }

    [Fact]
    public void A_commit_is_announced_to_all_at_once_and_only_by_a_leader()
    {
        var core = Leader(new RaftOptions());
        core.Propose(1);
        core.Durable(core.LogEnd);
        ReadAll(core);
        Acknowledge(core, Two, core.LogEnd);
        Drain(core);

        core.Announce();

        var told = Drain(core).OfType<Send>().Select(send => (AppendRequest)send.Message).ToArray();
        Assert.Equal([Two, Three], told.Select(request => request.To).Order());
        Assert.All(told, request => Assert.Equal(core.Commit, request.Commit));
        Assert.Equal(core.LogEnd, core.Commit);

        var follower = Core(Two);
        follower.Announce();
        Assert.True(follower.Effects.IsEmpty);
    }

    [Fact]
    public void Records_flow_within_the_window()
    {
        var core = Leader(new RaftOptions { AppendsInFlightMax = 2 });
        Acknowledge(core, Two, 0);

        var sent = new List<AppendRequest>();
        for (var i = 0; i < 5; i++)
        {
            core.Propose(1);
            sent.AddRange(ReadAll(core).Where(append => append.To == Two));
        }

        Assert.Equal([(0, 1), (1, 2)], sent.Select(append => (append.FromOffset, append.EndOffset)));

        Acknowledge(core, Two, 1);
        Assert.Equal([(2L, 5L)], ReadAll(core).Where(append => append.To == Two).Select(append => (append.FromOffset, append.EndOffset)));
    }

    [Fact]
    public void A_read_is_not_taken_beyond_an_epoch()
    {
        var core = Leader(new RaftOptions(), new LogState(0, 4, [new(1, 0), new(2, 3)]));
        Acknowledge(core, Two, 0, requested: 4);

        Assert.DoesNotContain(Drain(core), effect => effect is ReadEntries);

        Step(core, new AppendResponse(Two, One, core.Epoch, AppendOutcome.Diverged, 4, 0, EpochHistory.None, 0));
        var read = Assert.Single(Acknowledge(core, Two, 0).OfType<ReadEntries>());
        Assert.Equal((0, 3), (read.FromOffset, read.EndMax));
    }

    [Fact]
    public void A_read_that_found_nothing_is_tried_again_with_the_next_answer()
    {
        var core = Leader(new RaftOptions());
        Acknowledge(core, Two, 0);
        core.Propose(1);
        var read = Assert.Single(Drain(core).OfType<ReadEntries>());

        Assert.False(core.EntriesRead(read.ReadId, 0, 0));
        Assert.Empty(Drain(core));
        Assert.Contains(Acknowledge(core, Two, 0), effect => effect is ReadEntries);
    }

    [Fact]
    public void What_was_read_for_an_earlier_leadership_is_not_sent()
    {
        var core = Leader(new RaftOptions());
        Acknowledge(core, Two, 0);
        core.Propose(2);
        var old = Assert.Single(Drain(core).OfType<ReadEntries>());

        // another leader has other records at these offsets, and then this one leads again
        Step(core, new AppendRequest(Two, One, 2, 0, EpochHistory.None, 2, 2, [], 2, 0, 0));
        core.Durable(2);
        Drain(core);
        Elect(core);
        Step(core, new AppendResponse(Two, One, core.Epoch, AppendOutcome.Diverged, 2, 0, EpochHistory.None, 0));
        var read = Assert.Single(Acknowledge(core, Two, 0).OfType<ReadEntries>());
        Drain(core);

        Assert.Equal((old.To, old.FromOffset, old.EndMax), (read.To, read.FromOffset, read.EndMax));
        Assert.False(core.EntriesRead(old.ReadId, 2, 100));
        Assert.True(core.EntriesRead(read.ReadId, 2, 100));
        Assert.Equal(read.ReadId, Assert.Single(Drain(core).OfType<SendEntries>()).ReadId);
    }

    [Fact]
    public void A_replica_that_could_not_start_over_is_asked_again()
    {
        var core = Core(Two);
        var install = new InstallRequest(One, Two, 1, 10, [new(1, 0)], MembershipAt.Initial(Group), 0);
        Step(core, install);

        core.StartOverFailed(10);

        Assert.Null(Drain(core).OfType<PersistHardState>().Last().State.StartingOver);
        Assert.Contains(Step(core, install), effect => effect is StartOver);
    }

    [Fact]
    public void A_leader_needs_its_own_disk_like_any_other()
    {
        var core = Leader(new RaftOptions());
        core.Propose(2);
        Drain(core);

        Acknowledge(core, Two, 2);
        Assert.Equal(0, core.Commit);

        Acknowledge(core, Three, 2);
        Assert.Equal(2, core.Commit);
        Assert.Equal(0, core.EndHeldBy(3));
        Assert.Equal(2, core.EndHeldBy(2));

        core.Durable(2);
        Assert.Equal(2, core.EndHeldBy(3));

        Drain(core);
        Acknowledge(core, Three, 1);    // came late
        Assert.Equal(2, core.EndHeldBy(3));
        Assert.Equal([new(Two, ProgressState.Replicate, 2, 0), new(Three, ProgressState.Replicate, 2, 0)], core.Followers);
    }

    [Fact]
    public void A_lease_counts_from_when_a_heartbeat_was_sent_that_a_majority_answered()
    {
        var core = Leader(new RaftOptions());
        Assert.Equal(0, core.LeaseTicks);
        var sentAt = 0L;
        for (var i = 0; i < 2; i++)
        {
            core.Tick();
            if (Drain(core).OfType<Send>().Select(send => send.Message).OfType<AppendRequest>().FirstOrDefault() is { } heartbeat) sentAt = heartbeat.SentAt;
        }

        Step(core, new AppendResponse(Two, One, core.Epoch, AppendOutcome.Matched, 0, 0, EpochHistory.None, sentAt));
        Assert.Equal(8, core.LeaseTicks);

        Tick(core, 5);
        Assert.Equal(3, core.LeaseTicks);

        core.TransferLeadership(Two);
        Drain(core);
        Assert.Equal(0, core.LeaseTicks);
    }

    [Fact]
    public void After_an_orderly_end_the_next_leader_knows_the_commit_and_needs_no_record_of_its_own()
    {
        var core = Leader(new RaftOptions());
        core.Propose(3);
        Drain(core);
        core.Durable(3);
        Acknowledge(core, Two, 3);
        Drain(core);
        var log = new LogState(0, 3, [new(1, 0)]);

        var again = Core(One, core.HardState, log);
        Elect(again);

        Assert.Equal((3, 3), (again.Commit, again.LogEnd));
    }

    [Fact]
    public void A_stopped_replica_does_nothing_any_more()
    {
        var core = Core(Two, log: new LogState(0, 3, [new(1, 0)]), stored: HardState.New(Group) with { Epoch = 1, CommitHint = 3 });

        var effects = Step(core, Append(epoch: 2, from: 1, prevEpoch: 1, end: 2, entriesEpoch: 2));

        Assert.Contains(effects, effect => effect is SafetyViolated);
        Assert.DoesNotContain(effects, effect => effect is TruncateLog);
        Assert.Equal(RaftRole.Stopped, core.Role);
        Assert.Empty(Step(core, Heartbeat(epoch: 3)));
        Tick(core, 100);
        Assert.Equal(2, core.Epoch);
    }

    [Fact]
    public void The_effects_of_one_input_come_before_the_next_input()
    {
        var core = Core(One);
        core.Step(Heartbeat(epoch: 1, to: One, from: Two));

        Assert.Throws<InvariantException>(core.Tick);
    }
}
