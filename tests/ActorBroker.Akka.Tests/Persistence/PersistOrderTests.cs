using Akka.Actor;
using Akka.Persistence;

namespace AkkaSpecs.Persistence;

/// <summary>What is handled before what, when commands persist events.</summary>
public sealed class PersistOrderTests : PersistenceSpec
{
    [Fact]
    public void Commands_wait_until_the_events_of_the_one_before_are_handled()
    {
        var actor = Start((self, command) => self.Persist($"{command}1", e =>
        {
            self.Tell($"handled {e}");
            self.Persist($"{command}2", f => self.Tell($"handled {f}"));
        }));

        Send(actor, "a", "b");

        Expect("got a", "handled a1", "handled a2", "got b", "handled b1", "handled b2");
    }

    [Fact]
    public void Handlers_run_in_the_order_of_their_events_with_the_sender_of_the_command()
    {
        var actor = Start((self, command) =>
        {
            self.Persist($"{command}1", self.Tell);
            self.PersistAll([$"{command}2", $"{command}3"], self.Tell);
            self.Tell("end of command");
        });

        Send(actor, "a");

        Expect("got a", "end of command", "a1", "a2", "a3");
        Assert.Equal(actor, LastSender);
    }

    [Fact]
    public void PersistAsync_lets_commands_in_between_and_keeps_the_order_of_events()
    {
        var actor = Start((self, command) => self.PersistAsync(command, e => self.Tell($"handled {e}")));

        Send(actor, "a", "b", "c");

        var seen = Enumerable.Range(0, 6).Select(_ => ExpectMsg<string>()).ToArray();
        Assert.Equal(["handled a", "handled b", "handled c"], seen.Where(one => one.StartsWith("handled", StringComparison.Ordinal)));
        Assert.Equal(["got a", "got b", "got c"], seen.Where(one => one.StartsWith("got", StringComparison.Ordinal)));
    }

    [Fact]
    public void DeferAsync_waits_for_events_before_it_and_runs_at_once_when_there_are_none()
    {
        var actor = Start((self, command) =>
        {
            self.DeferAsync("at once", self.Tell);
            self.PersistAsync($"{command}1", self.Tell);
            self.DeferAsync("after 1", self.Tell);
            self.PersistAsync($"{command}2", self.Tell);
            self.DeferAsync("after 2", self.Tell);
            self.Tell("end of command");
        });

        Send(actor, "a");

        Expect("got a", "at once", "end of command", "a1", "after 1", "a2", "after 2");
        StopAndWait(actor);
        Assert.Equal(["a1", "a2"], Recovered(actor));
    }

    [Fact]
    public void Persist_and_PersistAsync_mix_in_the_order_of_the_calls()
    {
        var actor = Start((self, command) =>
        {
            self.PersistAsync($"{command}1", self.Tell);
            self.Persist($"{command}2", self.Tell);
            self.PersistAsync($"{command}3", self.Tell);
        });

        Send(actor, "a", "b");

        var seen = Enumerable.Range(0, 8).Select(_ => ExpectMsg<string>()).ToList();
        Assert.Equal(["a1", "a2", "a3", "b1", "b2", "b3"], seen.Where(one => !one.StartsWith("got", StringComparison.Ordinal)));
        Assert.True(seen.IndexOf("got b") > seen.IndexOf("a2"));   // b waits for the Persist, not for the PersistAsync
    }

    [Fact]
    public void PersistAll_of_nothing_holds_nobody_up()
    {
        var actor = Start((self, _) => self.PersistAll(Array.Empty<string>(), self.Tell));

        Send(actor, "a", "b");

        Expect("got a", "got b");
    }

    [Fact]
    public void Events_persisted_after_an_await_are_written_before_the_next_command()
    {
        var actor = Sys.ActorOf(Props.Create(() => new AwaitingActor(NewId(), TestActor)));

        Send(actor, "a", "b");

        Expect("got a", "after await a", "handled a", "got b", "after await b", "handled b");
    }

    [Fact]
    public void Events_of_a_command_that_fails_are_written_all_the_same()
    {
        var actor = Start((self, command) =>
        {
            self.Persist(command, _ => { });
            throw new InvalidOperationException("told to");
        });

        EventFilter.Exception<InvalidOperationException>("told to").ExpectOne(() => Send(actor, "a"));

        Expect("got a");
        AwaitAssert(() => Assert.Equal(["a"], Recovered(actor)));
    }

    [Fact]
    public void A_handler_that_fails_restarts_the_actor_and_the_commands_behind_it_are_not_lost()
    {
        var actor = Start((self, command) => self.Persist(command, e =>
        {
            if (e == "a")
            {
                throw new InvalidOperationException("told to");
            }

            self.Tell($"handled {e}");
        }));

        EventFilter.Exception<InvalidOperationException>("told to").ExpectOne(() => Send(actor, "a", "b", "c"));

        Expect("got a", "got b", "handled b", "got c", "handled c");
    }

    [Fact]
    public void A_users_stash_and_the_internal_one_do_not_mix()
    {
        var actor = Sys.ActorOf(Props.Create(() => new StashingActor(NewId(), TestActor)));

        Send(actor, "a", "b", "open", "c");

        Expect("stashed a", "stashed b", "opened", "handled a", "handled b", "handled c");
    }

    [Fact]
    public void Many_events_of_many_commands_keep_their_order_and_numbers()
    {
        var actor = Start((self, command) => self.PersistAsync(command, e => self.Tell($"{e} {self.LastSequenceNr}")), quiet: true);
        var commands = Enumerable.Range(1, 2_000).Select(n => $"e{n}").ToArray();

        Send(actor, commands);

        for (var n = 1; n <= commands.Length; n++)
        {
            ExpectMsg($"e{n} {n}");
        }
    }

    private static void Send(IActorRef actor, params string[] commands)
    {
        foreach (var command in commands)
        {
            actor.Tell(command, ActorRefs.NoSender);
        }
    }

    private void Expect(params string[] messages)
    {
        foreach (var message in messages)
        {
            ExpectMsg(message);
        }
    }

    private IActorRef Start(Action<ScriptedActor, string> onCommand, bool quiet = false)
    {
        var id = NewId();
        return Sys.ActorOf(Props.Create(() => new ScriptedActor(id, TestActor, onCommand, quiet)), id);
    }

    /// <summary>What an actor of that id finds in the journal.</summary>
    private string[] Recovered(IActorRef actor)
    {
        var probe = CreateTestProbe();
        Sys.ActorOf(Recorder.Props(actor.Path.Name, probe));
        return probe.ReceiveWhile(message => message is string text && text.StartsWith("recover ", StringComparison.Ordinal) ? text[8..] : null!,
            TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1)).ToArray();
    }

    /// <summary>Does with each command what the test says.</summary>
    public sealed class ScriptedActor : UntypedPersistentActor
    {
        private readonly IActorRef _probe;
        private readonly Action<ScriptedActor, string> _onCommand;
        private readonly bool _isQuiet;

        public ScriptedActor(string id, IActorRef probe, Action<ScriptedActor, string> onCommand, bool isQuiet)
        {
            PersistenceId = id;
            _probe = probe;
            _onCommand = onCommand;
            _isQuiet = isQuiet;
        }

        public override string PersistenceId { get; }

        public void Tell(string message) => _probe.Tell(message, Self);

        protected override void OnCommand(object message)
        {
            if (!_isQuiet)
            {
                Tell($"got {message}");
            }

            _onCommand(this, (string)message);
        }

        protected override void OnRecover(object message)
        {
        }
    }

    private sealed class AwaitingActor : ReceivePersistentActor
    {
        public AwaitingActor(string id, IActorRef probe)
        {
            PersistenceId = id;
            CommandAsync<string>(async command =>
            {
                probe.Tell($"got {command}");
                await Task.Yield();
                probe.Tell($"after await {command}");
                Persist(command, e => probe.Tell($"handled {e}"));
            });
            Recover<string>(_ => { });
        }

        public override string PersistenceId { get; }
    }

    private sealed class StashingActor : ReceivePersistentActor
    {
        public StashingActor(string id, IActorRef probe)
        {
            PersistenceId = id;
            Command<string>(command => command == "open", _ => Persist("opened", e =>
            {
                probe.Tell(e);
                Become(() => Command<string>(command => Persist(command, f => probe.Tell($"handled {f}"))));
                Stash.UnstashAll();
            }));
            Command<string>(command =>
            {
                probe.Tell($"stashed {command}");
                Stash.Stash();
            });
            Recover<string>(_ => { });
        }

        public override string PersistenceId { get; }
    }
}
