using System.Collections.Immutable;
using ActorBroker.Controller;
using ActorBroker.Log;
using ActorBroker.Messages;
using ActorBroker.Messages.Sessions;
using ActorBroker.Partitions;
using ActorBroker.Sessions;
using ActorBroker.Sessions.Native;
using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;

namespace ActorBroker.Tests.Sessions.Native;

/// <summary>A session with probes for its client, its node's controller, groups and partitions, and a clock that the test moves.
/// All run on the test's thread: what a message leads to has happened when it is told.</summary>
public abstract class SessionKit : TestKit
{
    private readonly PartitionDirectory _directory = new();
    private readonly FixedMetadata _metadata;

    protected SessionKit()
        : base("""akka { loglevel = OFF, scheduler.implementation = "Akka.TestKit.TestScheduler, Akka.TestKit" }""")
    {
        Client = CreateTestProbe();
        Controller = CreateTestProbe();
        Groups = CreateTestProbe();
        _metadata = new FixedMetadata(Controller);
    }

    protected TestProbe Client { get; }

    protected TestProbe Controller { get; }

    protected TestProbe Groups { get; }

    /// <summary>What the node knows of the cluster: itself, number 1, at first.</summary>
    protected ClusterImage Image
    {
        get => _metadata.Current;
        set => _metadata.Current = value;
    }

    protected NodeId MetadataLeader
    {
        get => _metadata.Leader;
        set => _metadata.Leader = value;
    }

    internal PartitionDirectory Directory => _directory;

    protected TestScheduler Clock => (TestScheduler)Sys.Scheduler;

    internal NodeServices Node(params string[] settings)
    {
        var read = BrokerSettings.Read(NodeConfig.Build(new BrokerNodeOptions { Set = settings }));
        return new NodeServices(
            read.NodeId, _metadata, _directory, Groups, read.Kafka, read.Sessions, read.TopicDefaults, AutoCreate: true, new SchedulerClock(Clock));
    }

    protected static ImmutableDictionary<NodeId, NodeImage> Cluster(params NodeImage[] nodes) => nodes.ToImmutableDictionary(node => node.Id);

    /// <summary>A topic with partitions that probes stand for; the first of them.</summary>
    protected TestProbe Topic(string name, int partitions = 1)
    {
        var id = Guid.NewGuid();
        var topic = new TopicImage(
            id,
            name,
            false,
            [.. Enumerable.Range(0, partitions).Select(i => new PartitionImage(i, [new NodeId(1)], new NodeId(1), new LeaderEpoch(1)))],
            ImmutableDictionary<string, string>.Empty);
        _metadata.Current = _metadata.Current.With(topic);
        var probes = Enumerable.Range(0, partitions).Select(_ => CreateTestProbe()).ToArray();
        for (var i = 0; i < partitions; i++)
        {
            Route(new TopicPartition(name, i), probes[i], id);
        }

        return probes[0];
    }

    protected void Fence(string topic) =>
        Set(new TopicPartition(topic, 0), _directory.Find(new TopicPartition(topic, 0))! with { Fenced = "test" });

    /// <summary>The partition is not here any more; the topic is.</summary>
    protected void Unroute(string topic) => _directory.Remove(new TopicPartition(topic, 0));

    protected void Unlead(string topic)
    {
        var image = _metadata.Current.Topic(topic)!;
        _metadata.Current = _metadata.Current.With(
            image with { Partitions = [.. image.Partitions.Select(partition => partition with { Leader = NodeId.None })] });
        Unroute(topic);
    }

    protected void Delete(string topic)
    {
        _metadata.Current = _metadata.Current.Without(_metadata.Current.Topic(topic)!);
        Unroute(topic);
    }

    internal IActorRef Producer(NodeServices node)
    {
        var session = Start(Props.Create(() => new ProducerSessionActor(node, Client.Ref, new OpenProducer(1, "test", false, -1, -1))));
        Client.ExpectMsg<ProducerOpened>();
        return session;
    }

    internal IActorRef Consumer(NodeServices node)
    {
        var session = Start(Props.Create(() => new ConsumerSessionActor(node, Client.Ref, new OpenConsumer(1, "test"))));
        Client.ExpectMsg<ConsumerOpened>();
        return session;
    }

    /// <summary>Starts an actor on the test's thread; the client watches it.</summary>
    protected IActorRef Start(Props props)
    {
        var session = Sys.ActorOf(props.WithDispatcher(CallingThreadDispatcher.Id));
        Client.Watch(session);
        return session;
    }

    protected static void ExpectNothing(TestProbe probe) => Assert.False(probe.HasMessages);

    private void Route(TopicPartition partition, TestProbe probe, Guid id) =>
        Set(partition, new PartitionRoute(probe, id, BrokerSettings.Read(NodeConfig.Build(new BrokerNodeOptions())).TopicDefaults, null));

    private void Set(TopicPartition partition, PartitionRoute route) => _directory.Set(partition, route);

    private sealed class FixedMetadata(IActorRef controller) : IClusterMetadata
    {
        public NodeId Leader { get; set; } = NodeId.None;

        public ClusterImage Current { get; set; } = ClusterImage.Empty with
        {
            ClusterId = Guid.NewGuid(),
            Nodes = Cluster(new NodeImage(new NodeId(1), "localhost", 9092, null)),
        };

        public IActorRef Controller { get; } = controller;
    }

    private sealed class SchedulerClock(TestScheduler scheduler) : TimeProvider
    {
        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => scheduler.MonotonicClock.Ticks;
    }
}
