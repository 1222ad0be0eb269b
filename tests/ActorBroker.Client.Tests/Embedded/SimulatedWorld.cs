using ActorBroker.Client.Cluster;
using ActorBroker.Client.Tests.Support;
using ActorBroker.Messages.Sessions;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.TestKit;

namespace ActorBroker.Client.Tests.Embedded;

/// <summary>An actor system whose time stands still and whose actors run on the test's thread, with a node that answers as it is told.</summary>
internal sealed class SimulatedWorld : IDisposable
{
    public const string Here = FakeAnswers.Here;
    public const string Gone = "akka.tcp://elsewhere@gone:9095";

    private const string Simulated = """
        akka.loglevel = OFF
        akka.stdout-loglevel = OFF
        akka.loggers = []
        akka.scheduler.implementation = "Akka.TestKit.TestScheduler, Akka.TestKit"
        akka.actor.default-dispatcher.type = "Akka.Dispatch.DeterministicDispatcherConfigurator, Akka"
        akka.actor.internal-dispatcher.type = "Akka.Dispatch.DeterministicDispatcherConfigurator, Akka"
        """;

    private readonly DeterministicQueue _queue = new();
    private readonly TestScheduler _scheduler;

    public SimulatedWorld(params string[] contactPoints)
    {
        var config = ConfigurationFactory.ParseString(Simulated).WithFallback(BrokerClient.DefaultConfig());
        System = ActorSystem.Create("world", ActorSystemSetup.Create(BootstrapSetup.Create().WithConfig(config), new DeterministicSetup(_queue)));
        _scheduler = (TestScheduler)System.Scheduler;
        _queue.RunUntilIdle();
        Settings = new ClientSettings(
            contactPoints.Length == 0 ? [Here] : [.. contactPoints],
            "tests",
            TimeSpan.FromSeconds(30),
            TimeSpan.FromSeconds(5),
            TimeSpan.FromMinutes(5),
            new BackoffSettings(TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(1)));
        Cluster = ClusterAccess.Start(System, Settings);
        StartNode();
    }

    public ActorSystem System { get; }

    public ClientSettings Settings { get; }

    public ClusterAccess Cluster { get; }

    /// <summary>What the node has got, and when.</summary>
    public List<(TimeSpan At, ISessionRequest Request)> Got { get; } = [];

    /// <summary>What the node says; null: nothing.</summary>
    public Func<ISessionRequest, ISessionReply?> Answer { get; set; } = request => request is DescribeCluster describe ? FakeAnswers.Describe(describe.Topics ?? []) : null;

    private IActorRef Node { get; set; } = ActorRefs.Nobody;

    public TimeSpan Now => _scheduler.MonotonicClock;

    public void StartNode()
    {
        var world = this;
        Node = System.ActorOf(Props.Create(() => new FakeBroker(world)), "broker");
        Run();
    }

    public void StopNode()
    {
        System.Stop(Node);
        Run();
    }

    /// <summary>Everything that can happen without time passing.</summary>
    public void Run() => _queue.RunUntilIdle(runsMax: 100_000);

    /// <summary>Time passes in small steps.</summary>
    public void Pass(TimeSpan time)
    {
        Run();
        for (var end = Now + time; Now < end;)
        {
            var step = TimeSpan.FromMilliseconds(10);
            _scheduler.Advance(end - Now < step ? end - Now : step);
            Run();
        }
    }

    /// <summary>The outcome of what needs no more simulated time.</summary>
    public async Task<T> Outcome<T>(Task<T> task)
    {
        Run();
        return await task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    public void End()
    {
        ((ExtendedActorSystem)System).Abort();
        Run();
    }

    public void Dispose() => End();

    private sealed class FakeBroker : UntypedActor
    {
        public FakeBroker(SimulatedWorld world) => Context.ActorOf(Props.Create(() => new FakeSessions(world)), "sessions");

        protected override void OnReceive(object message) => Unhandled(message);
    }

    private sealed class FakeSessions : ReceiveActor
    {
        public FakeSessions(SimulatedWorld world) => Receive<ISessionRequest>(request =>
        {
            world.Got.Add((world.Now, request));
            if (world.Answer(request) is { } reply)
            {
                Sender.Tell(reply);
            }
        });
    }
}
