using ActorBroker.Controller;
using ActorBroker.Controller.Replication;
using ActorBroker.Raft;

namespace ActorBroker.Tests.Controller.Replication;

public sealed class SnapshotFetcherTests
{
    private static readonly Guid Cluster = new(1, 2, 3, new byte[8]);
    private readonly List<FetchSnapshotPart> _asked = [];
    private readonly SnapshotFetcher _fetcher;
    private TimeSpan _now = TimeSpan.FromHours(1);

    public SnapshotFetcherTests() => _fetcher = new SnapshotFetcher((_, ask) => _asked.Add(ask), () => _now);

    [Fact]
    public void A_snapshot_of_several_parts_arrives_whole_though_parts_are_lost_and_doubled()
    {
        var snapshot = Large();
        var bytes = snapshot.ToBytes();
        Assert.InRange(bytes.Length, (2 * SnapshotFetcher.PartBytes) + 1, 3 * SnapshotFetcher.PartBytes);
        _fetcher.Begin(Cluster, new ReplicaId(1), 9);

        Assert.Equal((null, -1), _fetcher.OnPart(Part(bytes, 0)));
        Assert.Equal((null, -1), _fetcher.OnPart(Part(bytes, 0)));                       // doubled
        Assert.Equal((null, -1), _fetcher.OnPart(Part(bytes, SnapshotFetcher.PartBytes)));
        _now += TimeSpan.FromSeconds(2);
        Assert.Equal(-1, _fetcher.OnTick());                                             // the last one is lost: asked again
        var (fetched, missed) = _fetcher.OnPart(Part(bytes, 2 * SnapshotFetcher.PartBytes));

        Assert.Equal(-1, missed);
        Assert.Equal(bytes.Length, fetched!.ToBytes().Length);
        Assert.False(_fetcher.IsFetching);
        Assert.Equal([0, 1, 2, 2], _asked.Select(ask => ask.Position / SnapshotFetcher.PartBytes));
    }

    [Fact]
    public void A_snapshot_that_the_leader_has_not_is_missed()
    {
        _fetcher.Begin(Cluster, new ReplicaId(1), 9);

        Assert.Equal((null, 9), _fetcher.OnPart(new SnapshotPart(9, 0, 0)));
        Assert.False(_fetcher.IsFetching);
    }

    [Fact]
    public void A_leader_that_is_silent_is_given_up()
    {
        _fetcher.Begin(Cluster, new ReplicaId(1), 9);
        var missed = -1L;
        for (var seconds = 0; missed < 0 && seconds < 60; seconds++)
        {
            _now += TimeSpan.FromSeconds(1);
            missed = _fetcher.OnTick();
        }

        Assert.Equal(9, missed);
        Assert.InRange(_asked.Count, 2, 20);
        Assert.Equal(-1, _fetcher.OnTick());
    }

    [Fact]
    public void Damaged_bytes_and_another_snapshot_are_missed()
    {
        var bytes = Large().ToBytes();
        bytes[^1] ^= 1;
        Assert.Equal((null, 9), FetchAll(bytes, 9));
        Assert.Equal((null, 8), FetchAll(Large().ToBytes(), 8));
    }

    [Fact]
    public void Parts_of_an_earlier_fetch_are_not_mixed_in()
    {
        var bytes = Large().ToBytes();
        _fetcher.Begin(Cluster, new ReplicaId(1), 7);
        _fetcher.Begin(Cluster, new ReplicaId(2), 9);

        Assert.Equal((null, -1), _fetcher.OnPart(Part(bytes, 0) with { EndOffset = 7 }));
        Assert.NotNull(FetchRest(bytes, 9).Snapshot);
        Assert.Equal((null, -1), _fetcher.OnPart(Part(bytes, 0)));    // nobody waits any more
    }

    private (MetadataSnapshot? Snapshot, long Missed) FetchAll(byte[] bytes, long end)
    {
        _fetcher.Begin(Cluster, new ReplicaId(1), end);
        return FetchRest(bytes, end);
    }

    private (MetadataSnapshot? Snapshot, long Missed) FetchRest(byte[] bytes, long end)
    {
        (MetadataSnapshot? Snapshot, long Missed) result = (null, -1);
        while (_fetcher.IsFetching)
        {
            result = _fetcher.OnPart(Part(bytes, _asked[^1].Position) with { EndOffset = end });
        }

        return result;
    }

    private static SnapshotPart Part(byte[] bytes, int position) =>
        new(9, position, bytes.Length) { Bytes = bytes[position..Math.Min(bytes.Length, position + SnapshotFetcher.PartBytes)] };

    private static MetadataSnapshot Large()
    {
        var state = MetadataState.Empty.Apply(
            [.. Enumerable.Range(1, 22).Select(number => new TopicCreated(
                new Guid(number, 0, 0, new byte[8]), $"topic-{number}", false, [[1]], new Dictionary<string, string> { ["note"] = new('x', 100_000) }))],
            9);
        return new MetadataSnapshot(9, [new EpochStart(1, 0)], state.ToSnapshot());
    }
}
