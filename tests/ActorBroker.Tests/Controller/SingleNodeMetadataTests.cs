using System.Text;
using ActorBroker.Controller;
using ActorBroker.Log.Files;
using ActorBroker.Storage;
using ActorBroker.Tests.Support;

namespace ActorBroker.Tests.Controller;

/// <summary>A data folder of the time before clusters.</summary>
public sealed class SingleNodeMetadataTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Its_topics_settings_and_cluster_id_are_taken_over_once()
    {
        var (cluster, orders, gone) = (Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());
        WriteEvents(
            new ClusterCreated(cluster),
            new TopicCreated(orders, "orders", false, [[1], [1]], []),
            new TopicCreated(gone, "gone", false, [[1]], []),
            new TopicConfigured("orders", new Dictionary<string, string> { ["retention.ms"] = "1234567" }),
            new PartitionsAdded("orders", [[1]]),
            new ProducerIdsReserved(5000),
            new TopicDeleted(gone, "gone"));

        for (var start = 0; start < 2; start++)
        {
            await using var node = await BrokerNode.StartAsync(new BrokerNodeOptions { DataFolder = _folder.Path, NodeId = 1 });
            var image = node.Metadata.Current;
            Assert.Equal(cluster, image.ClusterId);
            var topic = Assert.Single(image.Topics.Values);
            Assert.Equal((orders, 3, "1234567"), (topic.Id, topic.Partitions.Length, topic.Configs["retention.ms"]));
            Assert.All(topic.Partitions, partition => Assert.Equal(1, partition.Leader.Value));
        }
    }

    [Fact]
    public void Its_snapshot_is_read()
    {
        var id = Guid.NewGuid();
        var json = $$$"""{"ClusterId":"{{{id}}}","Version":7,"ProducerIdsEnd":2000,"Topics":[{"TopicId":"{{{id}}}","Name":"t","IsInternal":false,"Replicas":[[1]],"Configs":{"a":"b"}}]}""";
        var snapshot = Assert.IsType<SingleNodeSnapshot>(StateSerializer.Read("controller-snapshot-1", Encoding.UTF8.GetBytes(json)));
        Assert.Equal((id, 7, 2000, "t"), (snapshot.ClusterId, snapshot.Version, snapshot.ProducerIdsEnd, snapshot.Topics[0].Name));
    }

    private void WriteEvents(params IMetadataEvent[] events)
    {
        var folder = Path.Combine(_folder.Path, "state", "controller");
        Directory.CreateDirectory(folder);
        var entries = events.Select((change, i) => new StateEntry(i + 1, 4711, StateSerializer.ManifestOf(change), StateSerializer.Write(change))).ToArray();
        StateFile.Append(new DiskFiles(), folder, entries);
    }
}
