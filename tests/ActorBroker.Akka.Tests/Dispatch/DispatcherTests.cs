using ActorBroker.Akka.Tests.Actor;
using Akka.Actor;
using Akka.Configuration;

namespace ActorBroker.Akka.Tests.Dispatch;

public sealed class DispatcherTests() : ActorSystemTests("""
    files {
      type = ForkJoinDispatcher
      throughput = 1
      dedicated-thread-pool { thread-count = 2, threadtype = background }
    }
    pinned { type = PinnedDispatcher }
    task { type = TaskDispatcher }
    another-name = files
    circle = round
    round = circle
    unknown-executor { type = Dispatcher, executor = "steam" }
    akka.actor.deployment {
      /configured { dispatcher = files }
      "/parent/*" { dispatcher = pinned }
    }
    """)
{
    [Fact]
    public void A_fork_join_dispatcher_uses_its_own_threads()
    {
        var probe = NewProbe();
        var names = new HashSet<string>();
        for (var i = 0; i < 20; i++)
        {
            System.ActorOf(Props.Create(() => new ThreadTeller()).WithDispatcher("files")).Tell("which", probe.Ref);
            names.Add(probe.Expect<string>());
        }

        Assert.InRange(names.Count, 1, 2);
        Assert.All(names, name => Assert.StartsWith("files_", name, StringComparison.Ordinal));
    }

    [Fact]
    public void A_blocked_dispatcher_leaves_the_others_running()
    {
        var probe = NewProbe();
        using var gate = new ManualResetEventSlim();
        for (var i = 0; i < 2; i++)
        {
            System.ActorOf(Props.Create(() => new ThreadTeller()).WithDispatcher("files")).Tell(gate);
        }

        System.ActorOf(Props.Create(() => new ThreadTeller())).Tell("which", probe.Ref);
        probe.Expect<string>();
        gate.Set();
    }

    [Fact]
    public void A_pinned_actor_keeps_its_thread_to_itself()
    {
        var probe = NewProbe();
        var (a, b) = (Pinned(), Pinned());
        var threads = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            a.Tell("thread id", probe.Ref);
            threads.Add(probe.Expect<string>());
        }

        b.Tell("thread id", probe.Ref);

        Assert.Single(threads.Distinct());
        Assert.DoesNotContain(probe.Expect<string>(), threads);

        IActorRef Pinned() => System.ActorOf(Props.Create(() => new ThreadTeller()).WithDispatcher("pinned"));
    }

    [Fact]
    public void A_dispatcher_can_have_another_name() =>
        Assert.Same(System.Dispatchers.Lookup("files"), System.Dispatchers.Lookup("another-name"));

    [Fact]
    public void The_configuration_can_choose_the_dispatcher_of_a_path()
    {
        var probe = NewProbe();
        System.ActorOf(Props.Create(() => new ThreadTeller()), "configured").Tell("which", probe.Ref);

        Assert.StartsWith("files_", probe.Expect<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public void Errors_in_the_configuration_name_the_dispatcher()
    {
        Assert.Contains("nowhere", Failure("nowhere"), StringComparison.Ordinal);
        Assert.Contains("steam", Failure("unknown-executor"), StringComparison.Ordinal);
        Assert.Contains("circle", Failure("circle"), StringComparison.Ordinal);

        string Failure(string dispatcher) => Assert.Throws<ConfigurationException>(
            () => System.ActorOf(Props.Create(() => new ThreadTeller()).WithDispatcher(dispatcher))).Message;
    }

    [Fact]
    public void An_actor_that_has_had_its_go_lets_the_others_run()
    {
        // Both actors send to themselves for ever: on two threads with throughput 1 a third one must still get its turn.
        var probe = NewProbe();
        for (var i = 0; i < 4; i++)
        {
            System.ActorOf(Props.Create(() => new Endless()).WithDispatcher("files")).Tell("go");
        }

        System.ActorOf(Props.Create(() => new ThreadTeller()).WithDispatcher("files")).Tell("which", probe.Ref);
        probe.Expect<string>();
    }

    [Fact]
    public void Scheduled_work_runs_on_the_dispatcher()
    {
        var probe = NewProbe();
        System.Dispatchers.Lookup("files").Schedule(() => probe.Ref.Tell(Thread.CurrentThread.Name ?? ""));

        Assert.StartsWith("files_", probe.Expect<string>(), StringComparison.Ordinal);
    }

    private sealed class ThreadTeller : ReceiveActor
    {
        public ThreadTeller()
        {
            Receive<string>(text => Sender.Tell(text == "which"
                ? Thread.CurrentThread.Name ?? ""
                : Environment.CurrentManagedThreadId.ToString(global::System.Globalization.CultureInfo.InvariantCulture)));
            Receive<ManualResetEventSlim>(gate => gate.Wait());
        }
    }

    private sealed class Endless : UntypedActor
    {
        protected override void OnReceive(object message) => Self.Tell(message);
    }
}
