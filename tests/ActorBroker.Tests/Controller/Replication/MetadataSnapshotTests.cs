using ActorBroker.Controller;
using ActorBroker.Controller.Replication;
using ActorBroker.Log;
using ActorBroker.Raft;

namespace ActorBroker.Tests.Controller.Replication;

public sealed class MetadataSnapshotTests
{
    private static readonly MetadataSnapshot Snapshot = new(
        17, [new EpochStart(1, 0), new EpochStart(4, 9)],
        MetadataState.Empty.Apply([new ClusterCreated(new Guid(1, 2, 3, new byte[8])), new TopicCreated(new Guid(4, 5, 6, new byte[8]), "orders", false, [[1], [2]], [])], 17).ToSnapshot());

    [Fact]
    public void What_is_written_is_read()
    {
        var read = MetadataSnapshot.Read(Snapshot.ToBytes(), "test");

        Assert.Equal((17L, 2), (read.EndOffset, read.Epochs.Length));
        Assert.Equal(Snapshot.Epochs.AsEnumerable(), read.Epochs);
        Assert.Equal(MetadataText.Of(MetadataState.From(Snapshot.State, 17)), MetadataText.Of(MetadataState.From(read.State, 17)));
    }

    [Fact]
    public void Every_shorter_file_is_refused()
    {
        var bytes = Snapshot.ToBytes();
        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.Throws<LogCorruptException>(() => MetadataSnapshot.Read(bytes.AsSpan(0, length), "metadata.snapshot"));
        }
    }

    [Fact]
    public void Every_flipped_bit_is_noticed()
    {
        var bytes = Snapshot.ToBytes();
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            var refusal = Assert.Throws<LogCorruptException>(() => MetadataSnapshot.Read(bytes, "metadata.snapshot"));
            Assert.Contains("metadata.snapshot", refusal.Message, StringComparison.Ordinal);
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    /// <summary>As a leader that has gone mad would send it.</summary>
    [Theory]
    [InlineData(-1)]
    [InlineData(3)]
    [InlineData(1_000_000)]
    [InlineData(int.MaxValue)]
    public void A_count_that_the_bytes_cannot_hold_is_refused_whatever_the_checksum_says(int count)
    {
        var bytes = Snapshot.ToBytes();
        BitConverter.TryWriteBytes(bytes.AsSpan(20), count);
        BitConverter.TryWriteBytes(bytes.AsSpan(8), Crc32C.Of(bytes.AsSpan(12)));

        Assert.Throws<LogCorruptException>(() => MetadataSnapshot.Read(bytes, "test"));
    }

    [Fact]
    public void What_contradicts_itself_is_refused_whatever_the_checksum_says()
    {
        var (state, topic) = (Snapshot.State, Snapshot.State.Topics[0]);
        var contradictions = new Dictionary<string, MetadataSnapshot>
        {
            { "ends before it begins", Snapshot with { EndOffset = -1 } },
            { "ends before an epoch that it holds", Snapshot with { EndOffset = 9 } },
            { "ends where no log gets", Snapshot with { EndOffset = long.MaxValue } },
            { "epochs that fall", Snapshot with { Epochs = [new EpochStart(4, 0), new EpochStart(1, 9)] } },
            { "a node is missing", Snapshot with { State = state with { Nodes = [null!] } } },
            { "a topic is missing", Snapshot with { State = state with { Topics = [null!] } } },
            { "a topic twice", Snapshot with { State = state with { Topics = [topic, topic] } } },
            { "a name twice", Snapshot with { State = state with { Topics = [topic, topic with { Topic = topic.Topic with { TopicId = new Guid(7, 0, 0, new byte[8]) } }] } } },
            { "no leaders", Snapshot with { State = state with { Topics = [topic with { Leaders = [] }] } } },
            { "too many epochs", Snapshot with { State = state with { Topics = [topic with { Epochs = [1, 1, 1] }] } } },
            { "a move of no partition", Snapshot with { State = state with { Topics = [topic with { Moves = [new StartedMove(topic.Topic.TopicId, 2, 1, 1, 3)] }] } } },
            { "a move from nowhere", Snapshot with { State = state with { Topics = [topic with { Moves = [new StartedMove(topic.Topic.TopicId, 0, 1, 5, 3)] }] } } },
        };

        foreach (var (what, snapshot) in contradictions)
        {
            var refusal = Xunit.Record.Exception(() => MetadataSnapshot.Read(snapshot.ToBytes(), "metadata.snapshot"));
            Assert.True(refusal is LogCorruptException && refusal.Message.StartsWith("metadata.snapshot: damaged at byte", StringComparison.Ordinal), what);
        }
    }
}
