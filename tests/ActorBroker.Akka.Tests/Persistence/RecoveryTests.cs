using Akka.Actor;
using Akka.Persistence;

namespace AkkaSpecs.Persistence;

public sealed class RecoveryTests() : PersistenceSpec("akka.persistence.max-concurrent-recoveries = 3")
{
    private readonly string _id = NewId();

    [Fact]
    public void A_new_actor_has_nothing_to_recover()
    {
        Sys.ActorOf(Recorder.Props(_id, TestActor));

        ExpectMsg("completed 0");
    }

    [Fact]
    public void Events_come_back_in_order_before_the_first_command()
    {
        Write("a", "b", "c");

        var actor = Sys.ActorOf(Recorder.Props(_id, TestActor));
        actor.Tell("log");

        ExpectMsg("recover a");
        ExpectMsg("recover b");
        ExpectMsg("recover c");
        ExpectMsg("completed 3");
        ExpectMsg("a,b,c");
    }

    [Fact]
    public void Recovery_begins_with_the_latest_snapshot()
    {
        Write("a", "b");
        Snapshot(expectedLast: 2);
        Write("c");

        var actor = Sys.ActorOf(Recorder.Props(_id, TestActor));

        ExpectMsg("offer 2");
        ExpectMsg("recover c");
        ExpectMsg("completed 3");
        actor.Tell("log");
        ExpectMsg("a,b,c");
    }

    [Fact]
    public void Recovery_up_to_a_number_stops_there_and_goes_on_after_the_last_event()
    {
        Write("a", "b", "c");

        var actor = Sys.ActorOf(Recorder.Props(_id, TestActor, new Recovery(SnapshotSelectionCriteria.Latest, toSequenceNr: 2)));

        ExpectMsg("recover a");
        ExpectMsg("recover b");
        ExpectMsg("completed 3");
        actor.Tell("d");
        ExpectMsg("d 4");
    }

    [Fact]
    public void Recovery_of_at_most_n_events_replays_n()
    {
        Write("a", "b", "c");

        Sys.ActorOf(Recorder.Props(_id, TestActor, new Recovery(SnapshotSelectionCriteria.Latest, long.MaxValue, replayMax: 1)));

        ExpectMsg("recover a");
        ExpectMsg("completed 3");
    }

    [Fact]
    public void Recovery_none_replays_nothing_and_keeps_the_numbers_going()
    {
        Write("a", "b");

        var actor = Sys.ActorOf(Recorder.Props(_id, TestActor, Recovery.None));

        ExpectMsg("completed 2");
        actor.Tell("c");
        ExpectMsg("c 3");
    }

    [Fact]
    public void Deleted_events_stay_away_and_their_numbers_are_not_used_again()
    {
        Write("a", "b", "c");
        var quiet = CreateTestProbe();
        var actor = Sys.ActorOf(Recorder.Props(_id, quiet));
        actor.Tell(2L);
        var deleted = (DeleteMessagesSuccess)quiet.FishForMessage(message => message is DeleteMessagesSuccess);
        Assert.Equal(2, deleted.ToSequenceNr);
        StopAndWait(actor);

        var again = Sys.ActorOf(Recorder.Props(_id, TestActor));

        ExpectMsg("recover c");
        ExpectMsg("completed 3");
        again.Tell("d");
        ExpectMsg("d 4");
    }

    [Fact]
    public void A_restarted_actor_recovers_again()
    {
        var actor = Sys.ActorOf(Recorder.Props(_id, TestActor));
        ExpectMsg("completed 0");
        actor.Tell("a");
        ExpectMsg("a 1");

        EventFilter.Exception<InvalidOperationException>("told to").ExpectOne(() => actor.Tell("fail"));

        ExpectMsg("recover a");
        ExpectMsg("completed 1");
        actor.Tell("log");
        ExpectMsg("a");
    }

    [Fact]
    public void Persisting_is_possible_when_recovery_has_completed_and_not_before()
    {
        StopAfter(() =>
        {
            ExpectMsg("recovering False");
            ExpectMsg("persisted started");
        });

        var again = Sys.ActorOf(Props.Create(() => new PersistsTooEarly(_id, TestActor)));
        Watch(again);

        ExpectMsg("InvalidOperationException at started");
        ExpectTerminated(again);

        void StopAfter(Action expectations)
        {
            var actor = Sys.ActorOf(Props.Create(() => new PersistsTooEarly(_id, TestActor)));
            expectations();
            StopAndWait(actor);
        }
    }

    [Fact]
    public void A_snapshot_after_the_wanted_number_is_not_used()
    {
        Write("a", "b");
        Snapshot(expectedLast: 2);

        Sys.ActorOf(Recorder.Props(_id, TestActor, new Recovery(SnapshotSelectionCriteria.Latest, toSequenceNr: 1)));

        ExpectMsg("recover a");
        ExpectMsg("completed 2");
    }

    [Fact]
    public void An_actor_without_persistence_id_does_not_start()
    {
        EventFilter.Exception<ActorInitializationException>().ExpectOne(() => Watch(Sys.ActorOf(Props.Create(() => new Recorder("", TestActor, null)))));

        ExpectMsg<Terminated>();
    }

    [Fact]
    public void Only_so_many_actors_recover_at_a_time_and_all_of_them_in_the_end()
    {
        var actors = Enumerable.Range(0, 20).Select(_ => Sys.ActorOf(Recorder.Props(NewId(), TestActor))).ToArray();

        foreach (var _ in actors)
        {
            ExpectMsg("completed 0");
        }
    }

    [Fact]
    public void An_actor_that_is_stopped_while_it_waits_for_its_turn_takes_nobody_elses()
    {
        foreach (var _ in Enumerable.Range(0, 20))
        {
            var quiet = CreateTestProbe();
            StopAndWait(Sys.ActorOf(Recorder.Props(NewId(), quiet)));
        }

        Sys.ActorOf(Recorder.Props(_id, TestActor));
        ExpectMsg("completed 0");
    }

    /// <summary>Writes events with an actor that is gone afterwards.</summary>
    private void Write(params string[] events)
    {
        var quiet = CreateTestProbe();
        var actor = Sys.ActorOf(Recorder.Props(_id, quiet));
        foreach (var one in events)
        {
            actor.Tell(one);
            Assert.StartsWith(one + " ", ExpectMsg<string>(), StringComparison.Ordinal);
        }

        StopAndWait(actor);
    }

    private void Snapshot(long expectedLast)
    {
        var quiet = CreateTestProbe();
        var actor = Sys.ActorOf(Recorder.Props(_id, quiet));
        actor.Tell("snapshot");
        var saved = (SaveSnapshotSuccess)quiet.FishForMessage(message => message is SaveSnapshotSuccess);
        Assert.Equal(expectedLast, saved.Metadata.SequenceNr);
        Assert.Equal(_id, saved.Metadata.PersistenceId);
        StopAndWait(actor);
    }

    private sealed class PersistsTooEarly : UntypedPersistentActor
    {
        private readonly IActorRef _probe;

        public PersistsTooEarly(string id, IActorRef probe)
        {
            PersistenceId = id;
            _probe = probe;
        }

        public override string PersistenceId { get; }

        protected override void OnCommand(object message) => _probe.Tell(message);

        protected override void OnRecover(object message)
        {
            if (message is RecoveryCompleted)
            {
                _probe.Tell($"recovering {IsRecovering}");
                Persist("started", e => _probe.Tell($"persisted {e}"));
            }
            else
            {
                Persist("never", _ => _probe.Tell("never"));
            }
        }

        protected override void OnRecoveryFailure(Exception reason, object? message = null) => _probe.Tell($"{reason.GetType().Name} at {message}");
    }
}
