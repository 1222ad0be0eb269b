using System.Text;
using ActorBroker.Controller.Replication;
using ActorBroker.Log;
using ActorBroker.Log.Files;
using ActorBroker.Partitions;
using ActorBroker.Storage;
using ActorBroker.Tests.Support;

namespace ActorBroker.Tests.Storage;

/// <summary>Files whose checksums are right, and whose content is not.</summary>
public sealed class StateReadTests
{
    [Theory]
    [InlineData("term-started-1", "{}")]
    [InlineData("term-started-1", "null")]
    [InlineData("metadata-replica-1", """{"ClusterId":"00000001-0000-0000-0000-000000000000","Incarnation":0,"Epoch":1,"Vote":null,"CommitHint":0,"StartingOver":null}""")]
    [InlineData("metadata-replica-1", """{"ClusterId":"00000001-0000-0000-0000-000000000000","Incarnation":0,"Epoch":1,"Vote":null,"CommitHint":0,"StartingOver":null,"Memberships":[null]}""")]
    [InlineData("metadata-replica-1", """{"ClusterId":"00000001-0000-0000-0000-000000000000","Incarnation":0,"Epoch":1,"Vote":null,"CommitHint":0,"StartingOver":null,"Memberships":[{"Offset":-1,"Epoch":-1,"Voters":[],"Learners":[]}]}""")]
    [InlineData("metadata-replica-1", """{"ClusterId":"00000001-0000-0000-0000-000000000000","Incarnation":0,"Epoch":1,"Vote":null,"CommitHint":0,"StartingOver":null,"Memberships":[{"Offset":-1,"Epoch":-1,"Voters":[{"Node":1,"Incarnation":0}],"Learners":[{"Node":1,"Incarnation":0}]}]}""")]
    [InlineData("controller-snapshot-1", """{"ClusterId":"00000001-0000-0000-0000-000000000000","Version":1,"ProducerIdsEnd":1,"Topics":[null]}""")]
    public void What_lacks_something_is_refused(string manifest, string json) =>
        Assert.Throws<System.Text.Json.JsonException>(() => StateSerializer.Read(manifest, Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void What_was_added_later_may_be_missing() =>
        Assert.Equal(new TermStarted(3, 1), StateSerializer.Read("term-started-1", """{"Term":3,"VotedFor":1}"""u8));

    [Fact]
    public void A_snapshot_of_an_actor_that_cannot_be_is_refused_at_its_place()
    {
        var bytes = SnapshotFile(ticks: 1, manifestBytes: 1);
        var (_, snapshot) = StateSnapshotStore.Decode(bytes, "snapshot.state");
        Assert.Equal((3, 4711, "m", "{}"), (snapshot.SequenceNr, snapshot.SerializerId, snapshot.Manifest, Encoding.UTF8.GetString(snapshot.Payload)));

        Assert.Equal(20, Assert.Throws<LogCorruptException>(() => StateSnapshotStore.Decode(SnapshotFile(ticks: -1, manifestBytes: 1), "snapshot.state")).Position);
        Assert.Equal(20, Assert.Throws<LogCorruptException>(() => StateSnapshotStore.Decode(SnapshotFile(ticks: long.MaxValue, manifestBytes: 1), "snapshot.state")).Position);
        Assert.Equal(32, Assert.Throws<LogCorruptException>(() => StateSnapshotStore.Decode(SnapshotFile(ticks: 1, manifestBytes: 4), "snapshot.state")).Position);
    }

    [Fact]
    public async Task A_node_whose_metadata_lacks_something_says_where_and_does_not_start()
    {
        using var folder = new TemporaryFolder();
        var options = new BrokerNodeOptions { DataFolder = folder.Path };
        await (await BrokerNode.StartAsync(options)).DisposeAsync();
        var storage = new NodeStorage(new DiskFiles(), folder.Path, TimeProvider.System);
        using (var store = MetadataStore.Open(storage))
        {
            var writer = new BatchWriter();
            writer.Add(1, NullableBytes.Null, """[["topic-created-1",{"Name":"t"}]]"""u8);
            store.Append(writer.ToArray(), store.End, store.Epochs()[^1].Epoch);
            store.Close();
        }

        var refusal = await Assert.ThrowsAsync<NodeStartException>(() => BrokerNode.StartAsync(options));

        Assert.Contains(".log: damaged at byte", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("the metadata record at offset", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_whose_hard_state_lacks_something_says_where_and_does_not_start()
    {
        using var folder = new TemporaryFolder();
        var options = new BrokerNodeOptions { DataFolder = folder.Path };
        await (await BrokerNode.StartAsync(options)).DisposeAsync();
        var storage = new NodeStorage(new DiskFiles(), folder.Path, TimeProvider.System);
        var state = storage.StateFolderOf(NodeStorage.PartitionIdPrefix + MetadataStore.Partition);
        StateFile.Read(storage.Files, state, out var entries, out _);
        StateFile.Append(storage.Files, state, [entries[^1] with { SequenceNr = entries[^1].SequenceNr + 1, Payload = "{}"u8.ToArray() }]);

        var refusal = await Assert.ThrowsAsync<NodeStartException>(() => BrokerNode.StartAsync(options));

        Assert.Contains($"{StateFile.Name}: damaged at byte", refusal.Message, StringComparison.Ordinal);
    }

    private static byte[] SnapshotFile(long ticks, ushort manifestBytes)
    {
        var body = new MemoryStream();
        using (var writer = new BinaryWriter(body))
        {
            writer.Write(3L);
            writer.Write(ticks);
            writer.Write(4711);
            writer.Write(manifestBytes);
            writer.Write("m{}"u8);
        }

        return [.. "ABSNAPS1"u8, .. BitConverter.GetBytes(Crc32C.Of(body.ToArray())), .. body.ToArray()];
    }
}
