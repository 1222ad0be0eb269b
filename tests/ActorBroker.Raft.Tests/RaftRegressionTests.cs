using static ActorBroker.Raft.Tests.OneCore;

namespace ActorBroker.Raft.Tests;

/// <summary>What the simulation found, told by hand: a seed's history changes with the simulation, these do not.</summary>
public sealed class RaftRegressionTests
{
    /// <summary>The follower was taken for one that is being read for, for ever.</summary>
    [Fact]
    public void A_read_for_a_follower_that_turned_out_to_have_more_is_followed_by_the_next_one()
    {
        var core = Leader(new RaftOptions());
        Acknowledge(core, Two, 0);
        core.Propose(3);
        var read = Assert.Single(Drain(core).OfType<ReadEntries>());
        Step(core, new AppendResponse(Two, One, core.Epoch, AppendOutcome.Matched, 2, 2, EpochHistory.None, 0));    // had it all along

        Assert.False(core.EntriesRead(read.ReadId, 3, 100));

        Assert.Equal(2, Assert.Single(Drain(core).OfType<ReadEntries>()).FromOffset);
    }

    [Fact]
    public void A_follower_whose_records_are_of_an_earlier_epoch_names_the_end_of_the_request_as_the_latest_point()
    {
        var core = Core(Two, HardState.New(Group) with { Epoch = 1 }, new LogState(0, 5, [new(1, 0)]));

        var answer = Sent<AppendResponse>(Step(core, Append(epoch: 3, from: 4, prevEpoch: 2, end: 6, entriesEpoch: 3)));

        Assert.Equal((AppendOutcome.Diverged, 4, 1), (answer.Outcome, answer.EndOffset, answer.HintEpoch));
    }

    /// <summary>The sender had been restarted and led again: the old tick would have been a lease.</summary>
    [Fact]
    public void The_refusal_of_an_old_epoch_brings_back_no_tick()
    {
        var core = Core(Two, HardState.New(Group) with { Epoch = 5 });

        var answer = Sent<AppendResponse>(Step(core, Heartbeat(epoch: 4) with { SentAt = 77 }));

        Assert.Equal((AppendOutcome.OldEpoch, 5, -1), (answer.Outcome, answer.Epoch, answer.SentAt));
    }

    /// <summary>Nobody was elected, since the willingness of a voter that was an epoch behind was thrown away as old.</summary>
    [Fact]
    public void A_voter_of_an_earlier_epoch_may_say_yes_to_a_pre_vote()
    {
        var core = Core(One, HardState.New(Group) with { Epoch = 7 });
        while (core.Role != RaftRole.PreCandidate) Tick(core, 1);

        Step(core, new VoteResponse(Two, One, 6, 8, IsPreVote: true, IsGranted: true));

        Assert.Equal((RaftRole.Candidate, 8), (core.Role, core.Epoch));
    }

    /// <summary>It took over at its restart, from a leader that was about to leave and had a lease.</summary>
    [Fact]
    public void A_sole_voter_that_was_left_over_waits_like_any_other()
    {
        var stored = HardState.New(new Membership([One, Two]));
        stored = stored with { Epoch = 1, Memberships = stored.Memberships.Add(new MembershipAt(1, 1, new Membership([Two]))) };
        var leftOver = Core(Two, stored, new LogState(0, 2, [new(1, 0)]));
        var always = Core(Two, HardState.New(new Membership([Two])) with { Epoch = 1 }, new LogState(0, 2, [new(1, 0)]));

        Tick(leftOver, 1);
        Tick(always, 1);

        Assert.Equal((RaftRole.Follower, RaftRole.Leader), (leftOver.Role, always.Role));
    }

    /// <summary>The history no longer says what the answer was about.</summary>
    [Fact]
    public void An_answer_about_records_that_were_deleted_meanwhile_lets_the_follower_start_over()
    {
        var core = Leader(new RaftOptions(), new LogState(0, 8, [new(1, 0), new(2, 3), new(3, 5)]));
        Step(core, new AppendResponse(Two, One, core.Epoch, AppendOutcome.Diverged, 8, 5, 2, 0));
        core.LogStartMoved(7);
        Drain(core);

        core.LogStartMoved(8);
        Drain(core);
        Step(core, new AppendResponse(Three, One, core.Epoch, AppendOutcome.Diverged, 8, 4, 2, 0));

        Assert.Contains(core.Followers, follower => follower is { State: ProgressState.Install } && follower.Id == Two);
        Assert.Contains(core.Followers, follower => follower is { State: ProgressState.Install } && follower.Id == Three);
    }
}
