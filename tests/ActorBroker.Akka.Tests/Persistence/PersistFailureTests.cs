using System.Collections.Immutable;
using Akka.Actor;
using Akka.Configuration;
using Akka.Persistence;
using Akka.Persistence.Journal;

namespace AkkaSpecs.Persistence;

public sealed class PersistFailureTests() : PersistenceSpec("""
    akka.persistence.journal.plugin = "akka.persistence.journal.unlucky"
    akka.persistence.journal.unlucky {
      class = "AkkaSpecs.Persistence.UnluckyJournal, ActorBroker.Akka.Tests"
      plugin-dispatcher = "akka.actor.default-dispatcher"
      recovery-event-timeout = 200ms
      circuit-breaker.max-failures = 2
      circuit-breaker.reset-timeout = 30s
    }
    """)
{
    [Fact]
    public void A_write_of_unknown_outcome_stops_the_actor_after_its_hook()
    {
        var actor = Start();
        Watch(actor);

        actor.Tell("fail");

        ExpectMsg("OnPersistFailure fail 1: disk full");
        ExpectTerminated(actor);
    }

    [Fact]
    public void A_rejected_event_leaves_the_actor_running()
    {
        var actor = Start();

        actor.Tell("reject");
        actor.Tell("good");

        ExpectMsg("OnPersistRejected reject 1: not this one");
        ExpectMsg("good 2");
    }

    [Fact]
    public void A_rejected_write_says_nothing_about_the_others_of_its_batch()
    {
        var actor = Start();

        actor.Tell(new[] { "a", "reject", "b" });

        ExpectMsg("a 1");
        ExpectMsg("OnPersistRejected reject 2: not this one");
        ExpectMsg("b 3");
    }

    [Fact]
    public void Events_that_cannot_be_read_stop_the_actor_after_its_hook()
    {
        Watch(Sys.ActorOf(Props.Create(() => new Unlucky("unreadable", TestActor))));

        ExpectMsg("OnRecoveryFailure : unreadable");
        ExpectMsg<Terminated>();
    }

    [Fact]
    public void A_journal_that_is_silent_is_not_waited_for_longer_than_the_timeout()
    {
        Watch(Sys.ActorOf(Props.Create(() => new Unlucky("silent", TestActor))));

        Assert.StartsWith("OnRecoveryFailure : Recovery timed out, didn't get event within", ExpectMsg<string>(), StringComparison.Ordinal);
        ExpectMsg<Terminated>();
    }

    [Fact]
    public void An_event_whose_handler_fails_is_named_and_stops_the_actor()
    {
        var actor = Start("replayed");
        actor.Tell("poison");
        ExpectMsg("poison 1");
        StopAndWait(actor);

        Watch(Sys.ActorOf(Props.Create(() => new Unlucky("replayed", TestActor))));

        ExpectMsg("OnRecoveryFailure poison: bad event");
        ExpectMsg<Terminated>();
    }

    [Fact]
    public void After_too_many_failures_the_journal_is_left_alone_for_a_while()
    {
        foreach (var _ in Enumerable.Range(0, 2))
        {
            Watch(Sys.ActorOf(Props.Create(() => new Unlucky("unreadable", TestActor))));
            ExpectMsg("OnRecoveryFailure : unreadable");
            ExpectMsg<Terminated>();
        }

        Watch(Sys.ActorOf(Props.Create(() => new Unlucky("late", TestActor))));

        Assert.Contains("Circuit Breaker is open", ExpectMsg<string>(), StringComparison.Ordinal);
        ExpectMsg<Terminated>();
    }

    [Fact]
    public void A_plugin_that_is_not_configured_is_named()
    {
        var props = Props.Create(() => new Unlucky("somebody", TestActor, "akka.persistence.journal.missing"));

        EventFilter.Exception<ActorInitializationException>().ExpectOne(() => Watch(Sys.ActorOf(props)));

        ExpectMsg<Terminated>();
    }

    private IActorRef Start(string? id = null)
    {
        var name = id ?? NewId();
        return Sys.ActorOf(Props.Create(() => new Unlucky(name, TestActor)));
    }

    private sealed class Unlucky : ReceivePersistentActor
    {
        private readonly IActorRef _probe;

        public Unlucky(string id, IActorRef probe, string journal = "")
        {
            PersistenceId = id;
            JournalPluginId = journal;
            _probe = probe;
            Command<string>(command => Persist(command, Handle));
            Command<string[]>(commands =>
            {
                foreach (var command in commands)
                {
                    Persist(command, Handle);
                }
            });
            Recover<string>(e =>
            {
                if (e == "poison")
                {
                    throw new InvalidOperationException("bad event");
                }
            });
        }

        public override string PersistenceId { get; }

        protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr) =>
            _probe.Tell($"OnPersistFailure {@event} {sequenceNr}: {cause.Message}");

        protected override void OnPersistRejected(Exception cause, object @event, long sequenceNr) =>
            _probe.Tell($"OnPersistRejected {@event} {sequenceNr}: {cause.Message}");

        protected override void OnRecoveryFailure(Exception reason, object? message = null) =>
            _probe.Tell($"OnRecoveryFailure {message}: {reason.Message}");

        private void Handle(string e) => _probe.Tell($"{e} {LastSequenceNr}");
    }
}

/// <summary>Does what its events and ids say.</summary>
public sealed class UnluckyJournal : MemoryJournal
{
    public UnluckyJournal(Config config) => Assert.Equal("akka.actor.default-dispatcher", config.GetString("plugin-dispatcher"));

    public override Task<long> ReadHighestSequenceNrAsync(string persistenceId, long fromSequenceNr) => persistenceId switch
    {
        "unreadable" => Task.FromException<long>(new IOException("unreadable")),
        "silent" => new TaskCompletionSource<long>().Task,
        _ => base.ReadHighestSequenceNrAsync(persistenceId, fromSequenceNr),
    };

    protected override async Task<IImmutableList<Exception?>> WriteMessagesAsync(IEnumerable<AtomicWrite> messages)
    {
        var outcome = ImmutableList<Exception?>.Empty;
        foreach (var write in messages)
        {
            var events = ((IImmutableList<IPersistentRepresentation>)write.Payload).Select(one => (string)one.Payload).ToArray();
            if (events.Contains("fail"))
            {
                throw new IOException("disk full");
            }

            if (events.Contains("reject"))
            {
                outcome = outcome.Add(new ArgumentException("not this one"));
                continue;
            }

            await base.WriteMessagesAsync([write]);
            outcome = outcome.Add(null);
        }

        return outcome;
    }
}
