using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Dispatch;

namespace ActorBroker.Akka.Tests.Embedded;

public sealed class DeterministicDispatcherTests
{
    private const string Simulated = """
        akka.loglevel = OFF
        akka.stdout-loglevel = OFF
        akka.loggers = []
        akka.scheduler.implementation = "Akka.TestKit.TestScheduler, Akka.TestKit"
        akka.actor.default-dispatcher.type = "Akka.Dispatch.DeterministicDispatcherConfigurator, Akka"
        akka.actor.internal-dispatcher.type = "Akka.Dispatch.DeterministicDispatcherConfigurator, Akka"
        """;

    [Fact]
    public void Nothing_runs_before_the_simulator_says_so()
    {
        var log = new List<string>();
        var (queue, system) = World(new DeterministicQueue());
        system.ActorOf(Props.Create(() => new Chatter(log)), "a").Tell("hello");
        Assert.Empty(log);

        queue.RunUntilIdle();

        Assert.Equal(["a: hello"], log);
        End(queue, system);
    }

    [Fact]
    public void The_same_seed_gives_the_same_history_and_another_seed_another()
    {
        var histories = new[] { 1, 1, 2 }.Select(History).ToArray();

        Assert.Equal(histories[0], histories[1]);
        Assert.NotEqual(histories[0], histories[2]);
    }

    [Fact]
    public void What_runs_in_circles_is_stopped()
    {
        var (queue, system) = World(new DeterministicQueue());
        var circling = system.ActorOf(Props.Create(() => new Circling()));
        circling.Tell("go");

        Assert.Throws<InvalidOperationException>(() => queue.RunUntilIdle(runsMax: 1000));
        circling.Tell("stop");
        End(queue, system);
    }

    private static List<string> History(int seed)
    {
        var log = new List<string>();
        var (queue, system) = World(new DeterministicQueue(seed));
        var actors = Enumerable.Range(0, 5)
            .Select(i => system.ActorOf(Props.Create(() => new Chatter(log)), "actor" + i)).ToArray();
        for (var round = 0; round < 5; round++)
        {
            foreach (var actor in actors)
            {
                actor.Tell("round " + round);
            }

            queue.RunOne();
        }

        queue.RunUntilIdle();
        End(queue, system);
        return log;
    }

    private static (DeterministicQueue Queue, ActorSystem System) World(DeterministicQueue queue)
    {
        var setup = ActorSystemSetup.Create(
            BootstrapSetup.Create().WithConfig(ConfigurationFactory.ParseString(Simulated)), new DeterministicSetup(queue));
        var system = ActorSystem.Create("world", setup);
        queue.RunUntilIdle();
        return (queue, system);
    }

    private static void End(DeterministicQueue queue, ActorSystem system)
    {
        ((ExtendedActorSystem)system).Abort();
        queue.RunUntilIdle();
        Assert.True(system.WhenTerminated.Wait(TimeSpan.FromSeconds(20)));
    }

    private sealed class Chatter(List<string> log) : UntypedActor
    {
        protected override void OnReceive(object message) => log.Add($"{Self.Path.Name}: {message}");
    }

    private sealed class Circling : ReceiveActor
    {
        public Circling()
        {
            Receive<string>(text => text == "stop", _ => Become(() => ReceiveAny(_ => { })));
            ReceiveAny(message => Self.Tell(message));
        }
    }
}
