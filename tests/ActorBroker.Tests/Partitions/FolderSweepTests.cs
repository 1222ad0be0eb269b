using System.Collections.Immutable;
using ActorBroker.Controller;
using ActorBroker.Log;
using ActorBroker.Log.Files;
using ActorBroker.Messages;
using ActorBroker.Partitions;
using ActorBroker.Tests.Support;
using Akka.Event;

namespace ActorBroker.Tests.Partitions;

public sealed class FolderSweepTests : IDisposable
{
    private static readonly NodeId Self = new(1);
    private readonly TemporaryFolder _folder = new();
    private readonly DiskFiles _files = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Only_data_that_is_known_to_be_elsewhere_is_deleted()
    {
        var (orders, other) = (Guid.NewGuid(), Guid.NewGuid());
        ImmutableArray<PartitionImage> partitions =
        [
            new(0, [Self], Self, new LeaderEpoch(1)),
            new(1, [new NodeId(2)], new NodeId(2), new LeaderEpoch(2)),
            new(2, [new NodeId(2)], new NodeId(2), new LeaderEpoch(2), new PartitionMove(4, new NodeId(2), Self)),
            new(3, [new NodeId(2)], new NodeId(2), new LeaderEpoch(2)),
        ];
        var image = ClusterImage.Empty.With(new TopicImage(orders, "orders", false, partitions, ImmutableDictionary<string, string>.Empty));
        Make("orders-0", orders);
        Make("orders-1", orders);
        Make("orders-2", orders);
        Make("orders-3", other);
        Make("deleted-0", other);
        Make("orders-4", orders);
        Make("__cluster_metadata-0", Guid.Empty);
        Directory.CreateDirectory(Path.Combine(_folder.Path, "not a partition"));

        FolderSweep.Run(_files, _folder.Path, image, Self, NoLogger.Instance);

        Assert.Equal(
            ["__cluster_metadata-0", "deleted-0", "not a partition", "orders-0", "orders-2", "orders-3", "orders-4"],
            Directory.GetDirectories(_folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    private void Make(string name, Guid topicId) => FolderIdentity.Claim(_files, Path.Combine(_folder.Path, name), topicId);
}
