using System.Collections.Concurrent;
using ActorBroker.Messages.Sessions;
using Akka.Actor;
using Akka.Configuration;

namespace ActorBroker.Client.Tests.Support;

/// <summary>An actor system with the client, and with a node that answers as it is told. Real time, short pauses.</summary>
internal sealed class FakeCluster : IDisposable
{
    private static readonly TimeSpan OutcomeMax = TimeSpan.FromSeconds(60);
    private readonly ConcurrentQueue<ISessionRequest> _got = new();

    /// <param name="settings">HOCON, below actorbroker.client.</param>
    public FakeCluster(string settings = "")
    {
        System = ActorSystem.Create("world", ConfigurationFactory.ParseString($$"""
            akka.loglevel = OFF
            akka.stdout-loglevel = OFF
            actorbroker.client {
              contact-points = ["{{FakeAnswers.Here}}"]
              metadata-backoff-min = 5ms
              metadata-backoff-max = 20ms
              {{settings}}
            }
            """));
        var cluster = this;
        System.ActorOf(Props.Create(() => new FakeBroker(cluster)), "broker");
        Client = BrokerClient.Get(System);
    }

    public ActorSystem System { get; }

    public BrokerClient Client { get; }

    public BrokerAdmin Admin => Client.Admin;

    /// <summary>What the node says; null: nothing. Called by its actor.</summary>
    public Func<ISessionRequest, ISessionReply?> Answer { get; set; } = request => request is DescribeCluster describe ? FakeAnswers.Describe(describe.Topics ?? []) : null;

    public IReadOnlyList<ISessionRequest> Got => [.. _got];

    public static Task<T> Outcome<T>(Task<T> task) => task.WaitAsync(OutcomeMax);

    public static Task Outcome(Task task) => task.WaitAsync(OutcomeMax);

    public void Dispose() => Assert.True(System.Terminate().Wait(OutcomeMax));

    private sealed class FakeBroker : UntypedActor
    {
        public FakeBroker(FakeCluster cluster) => Context.ActorOf(Props.Create(() => new FakeSessions(cluster)), "sessions");

        protected override void OnReceive(object message) => Unhandled(message);
    }

    private sealed class FakeSessions : ReceiveActor
    {
        public FakeSessions(FakeCluster cluster) => Receive<ISessionRequest>(request =>
        {
            cluster._got.Enqueue(request);
            if (cluster.Answer(request) is { } reply)
            {
                Sender.Tell(reply);
            }
        });
    }
}
