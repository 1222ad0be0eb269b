using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using ActorBroker.Controller;
using ActorBroker.Kafka.Frames;
using ActorBroker.Kafka.Messages;
using ActorBroker.Kafka.Wire;
using ActorBroker.Log;
using ActorBroker.Messages;
using ActorBroker.Partitions;
using ActorBroker.Sessions;
using Akka.Actor;
using Akka.Configuration;

namespace ActorBroker.Benchmarks.Metadata;

/// <summary>How long a node takes for its answer about all topics of a large cluster: from the frame of the request to that of the answer,
/// without the network.</summary>
internal static class MetadataBenchmark
{
    private const int Nodes = 3;
    private const int Partitions = 10_000;
    private const int Rounds = 300;
    private const int WarmUp = 50;
    private const short Version = 12;

    public static async Task<int> RunAsync()
    {
        using var system = ActorSystem.Create("bench", ConfigurationFactory.ParseString("akka.loglevel = WARNING"));
        foreach (var topics in new[] { 10, 1000 })
        {
            await MeasureAsync(system, topics);
        }

        await system.Terminate();
        return 0;
    }

    private static async Task MeasureAsync(ActorSystem system, int topics)
    {
        using var connection = new MemoryConnection();
        var node = Services(Image(topics));
        var session = system.ActorOf(Props.Create(() => new ClientSessionActor(connection, node, RequestTable.Default(), new SessionClock(node.Settings))));
        using var request = new WireWriter();
        RequestEncoder.Encode(request, Version, 1, "bench", new MetadataRequest { Topics = null });
        var frame = request.ToArray();
        var times = new List<double>();
        long bytes = 0;
        long allocated = 0;
        for (var round = 0; round < WarmUp + Rounds; round++)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            var started = Stopwatch.GetTimestamp();
            bytes = await connection.AskAsync(frame);
            if (round >= WarmUp)
            {
                times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
                allocated += GC.GetTotalAllocatedBytes(precise: true) - before;
            }
        }

        system.Stop(session);
        times.Sort();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Partitions:N0} partitions in {topics,5} topics on {Nodes} nodes: median {times[Rounds / 2]:F2} ms, 99% {times[Rounds * 99 / 100]:F2} ms, {bytes:N0} bytes, {allocated / Rounds:N0} allocated"));
    }

    private static NodeServices Services(ClusterImage image)
    {
        var settings = BrokerSettings.Read(NodeConfig.Build(new BrokerNodeOptions()));
        return new NodeServices(
            new NodeId(1), new FixedMetadata(image), new PartitionDirectory(), ActorRefs.Nobody, settings.Kafka, settings.Sessions, settings.TopicDefaults,
            AutoCreate: false, TimeProvider.System);
    }

    private static ClusterImage Image(int topics)
    {
        var image = ClusterImage.Empty with
        {
            ClusterId = Guid.NewGuid(),
            Nodes = Enumerable.Range(1, Nodes).ToImmutableDictionary(number => new NodeId(number), number => new NodeImage(new NodeId(number), $"host-{number}", 9092, null)),
        };
        for (var topic = 0; topic < topics; topic++)
        {
            var partitions = Enumerable.Range(0, Partitions / topics)
                .Select(number => (Number: number, Node: new NodeId(1 + (number % Nodes))))
                .Select(each => new PartitionImage(each.Number, [each.Node], each.Node, new LeaderEpoch(3)));
            image = image.With(new TopicImage(Guid.NewGuid(), $"topic-{topic}", false, [.. partitions], ImmutableDictionary<string, string>.Empty));
        }

        return image;
    }

    private sealed class FixedMetadata(ClusterImage image) : IClusterMetadata
    {
        public ClusterImage Current => image;

        public NodeId Leader => new(1);

        public IActorRef Controller => ActorRefs.Nobody;
    }
}
