using ActorBroker.Controller;
using ActorBroker.Controller.Replication;
using ActorBroker.Log;

namespace ActorBroker.Tests.Controller;

public sealed class MetadataStateTests
{
    private const int Seeds = 150;

    [Fact]
    public void The_same_events_give_the_same_state_however_they_come()
    {
        for (var seed = 1; seed <= Seeds; seed++)
        {
            var events = new RandomEvents(seed);
            var records = Enumerable.Range(0, 60).Select(_ => events.Record()).ToArray();
            var middle = events.Below(records.Length);
            var (applied, read, restored) = (MetadataState.Empty, MetadataState.Empty, MetadataState.Empty);
            for (var i = 0; i < records.Length; i++)
            {
                applied = records[i].Aggregate(applied, (state, change) => state.Apply(change));
                read = read.Apply(ThroughRecord(records[i]), i + 1);
                restored = restored.Apply(ThroughRecord(records[i]), i + 1);
                if (i == middle)
                {
                    restored = ThroughSnapshot(restored);
                    Assert.True(MetadataText.Of(read) == MetadataText.Of(restored), $"seed {seed}: {MetadataText.Of(read)}\n{MetadataText.Of(restored)}");
                }
            }

            Assert.True(MetadataText.WithoutVersion(applied) == MetadataText.WithoutVersion(read), $"seed {seed}");
            Assert.True(MetadataText.Of(read) == MetadataText.Of(restored), $"seed {seed}, snapshot after record {middle}:\n{MetadataText.Of(read)}\n{MetadataText.Of(restored)}");
        }
    }

    [Fact]
    public void Names_and_ids_lead_to_the_same_topics_whatever_happens()
    {
        for (var seed = 1; seed <= Seeds; seed++)
        {
            var events = new RandomEvents(seed);
            var state = MetadataState.Empty;
            for (var i = 0; i < 200; i++)
            {
                state = state.Apply(events.Next());
                var image = state.Image;
                Assert.True(image.Topics.Count == image.TopicsById.Count
                    && image.Topics.All(topic => topic.Key == topic.Value.Name && ReferenceEquals(image.Topic(topic.Value.Id), topic.Value)), $"seed {seed}");
                Assert.All(image.Topics.Values, topic => Assert.Equal(Enumerable.Range(0, topic.Partitions.Length), topic.Partitions.Select(partition => partition.Number)));
                Assert.All(image.Partitions().Where(partition => partition.Move is not null), partition => Assert.True(
                    partition.Replicas.Contains(partition.Move!.From) && !partition.Replicas.Contains(partition.Move.To), $"seed {seed}: {partition.Move}"));
            }
        }
    }

    public static TheoryData<string, IMetadataEvent> Misfits()
    {
        var (known, unknown) = (Id(1), Id(9));
        return new TheoryData<string, IMetadataEvent>
        {
            { "a second founding", new ClusterCreated(unknown) },
            { "a name that is taken", new TopicCreated(unknown, "orders", false, [[2]], []) },
            { "an id that is taken", new TopicCreated(known, "other", false, [[2]], []) },
            { "the end of a topic that does not exist", new TopicDeleted(unknown, "orders") },
            { "partitions for a topic that does not exist", new PartitionsAdded("other", [[1]]) },
            { "settings of a topic that does not exist", new TopicConfigured("other", []) },
            { "the status of a node that does not exist", new NodeStatusChanged(9, true, true, true) },
            { "the end of a node that does not exist", new NodeRemoved(9) },
            { "a leader of a topic that does not exist", new LeadersElected(1, [new LedTopic(unknown, [0], [7])]) },
            { "a leader of partitions that do not exist", new LeadersElected(1, [new LedTopic(known, [2, -1, int.MaxValue], [7, 7, 7])]) },
            { "a leader without an epoch", new LeadersElected(1, [new LedTopic(known, [0], [])]) },
            { "a leader that has no replica", new LeadersElected(2, [new LedTopic(known, [0], [7])]) },
            { "a leader of an epoch that is over", new LeadersElected(1, [new LedTopic(known, [0], [4])]) },
            { "a move of a topic that does not exist", new MovesStarted([new StartedMove(unknown, 0, 0, 1, 2)]) },
            { "a move of partitions that do not exist", new MovesStarted([new StartedMove(known, 2, 0, 1, 2), new StartedMove(known, -1, 0, 1, 2)]) },
            { "a move from a node that has no replica", new MovesStarted([new StartedMove(known, 0, 0, 2, 3)]) },
            { "a move to a node that has the replica", new MovesStarted([new StartedMove(known, 0, 0, 1, 1)]) },
            { "a second move", new MovesStarted([new StartedMove(known, 1, 0, 1, 3)]) },
            { "the end of another move", new MoveFinished(known, 1, 4, 9) },
            { "the end of a move that never was", new MoveFinished(known, 0, 3, 9) },
            { "the end of moves of partitions that do not exist", new MoveFinished(known, -1, 3, 9) },
            { "another move taken back", new MoveCancelled(known, 1, 4) },
            { "a move of no partition taken back", new MoveCancelled(known, -1, 3) },
            { "fewer producer ids", new ProducerIdsReserved(10) },
        };
    }

    [Theory]
    [MemberData(nameof(Misfits))]
    public void What_does_not_fit_changes_nothing(string what, IMetadataEvent misfit)
    {
        var state = MetadataState.Empty.Apply(
            [
                new ClusterCreated(Id(7)),
                new NodeRegistered(1, 0, Id(8), "localhost", 9092, null, "akka.tcp://node@localhost:1"),
                new TopicCreated(Id(1), "orders", false, [[1], [1]], new Dictionary<string, string> { ["retention.ms"] = "5" }),
                new LeadersElected(1, [new LedTopic(Id(1), [0, 1], [5, 5])]),
                new MovesStarted([new StartedMove(Id(1), 1, 3, 1, 2)]),
                new ProducerIdsReserved(1000),
            ],
            6);

        Assert.True(MetadataText.Of(state) == MetadataText.Of(state.Apply(misfit)), what);
    }

    [Fact]
    public void A_finished_move_leaves_the_target_leading()
    {
        var state = MetadataState.Empty.Apply(
            [new TopicCreated(Id(1), "orders", false, [[1]], []), new MovesStarted([new StartedMove(Id(1), 0, 3, 1, 2)]), new MoveFinished(Id(1), 0, 3, 6)], 1);

        var partition = state.Image.Topics["orders"].Partitions[0];
        Assert.Equal((2, 2, 6, null), (partition.Replicas.Single().Value, partition.Leader.Value, partition.Epoch.Value, partition.Move));
        Assert.Equal(4, state.MoveNumbersEnd);
    }

    [Theory]
    [InlineData("\"\"")]
    [InlineData("{}")]
    [InlineData("[\"topic-deleted-1\"]")]
    [InlineData("[[\"topic-deleted-1\"]]")]
    [InlineData("[[null,{}]]")]
    [InlineData("[[\"topic-exploded-1\",{}]]")]
    [InlineData("[[\"term-started-1\",{}]]")]
    [InlineData("""[["topic-created-1",{}]]""")]
    [InlineData("""[["topic-created-1",{"TopicId":"00000001-0000-0000-0000-000000000000","Name":"t","IsInternal":false,"Replicas":[[1]]}]]""")]
    [InlineData("""[["topic-created-1",{"TopicId":"00000001-0000-0000-0000-000000000000","Name":null,"IsInternal":false,"Replicas":[[1]],"Configs":{}}]]""")]
    [InlineData("""[["topic-created-1",{"TopicId":"00000001-0000-0000-0000-000000000000","Name":"t","IsInternal":false,"Replicas":[[1],null],"Configs":{}}]]""")]
    [InlineData("""[["topic-created-1",{"TopicId":"00000001-0000-0000-0000-000000000000","Name":"t","IsInternal":false,"Replicas":[[1]],"Configs":{"a":null}}]]""")]
    [InlineData("""[["topic-configured-1",{"Name":"t","Configs":{"a":null}}]]""")]
    [InlineData("""[["partitions-added-1",{"Name":"t","Replicas":[null]}]]""")]
    [InlineData("""[["leaders-elected-1",{"Node":1,"Topics":[null]}]]""")]
    [InlineData("""[["leaders-elected-1",{"Node":1,"Topics":[{"TopicId":"00000001-0000-0000-0000-000000000000","Partitions":[0]}]}]]""")]
    [InlineData("""[["moves-started-1",{"Moves":[null]}]]""")]
    [InlineData("""[["node-registered-1",{"Node":1,"Incarnation":0,"Port":1,"Rack":null,"AkkaAddress":"a"}]]""")]
    public void A_record_that_is_no_list_of_events_is_refused(string json)
    {
        var writer = new BatchWriter();
        writer.Add(0, NullableBytes.Null, System.Text.Encoding.UTF8.GetBytes(json));
        var bytes = writer.ToArray();

        Assert.Throws<System.Text.Json.JsonException>(() =>
        {
            BatchView.Read(bytes, MetadataRecords.BytesMax, out var batch);
            return MetadataRecords.Read(batch);
        });
    }

    private static Guid Id(int number) => new(number, 0, 0, new byte[8]);

    private static IReadOnlyList<IMetadataEvent> ThroughRecord(IMetadataEvent[] events)
    {
        var bytes = MetadataRecords.Batch(events, 1_700_000_000_000);
        Assert.Equal(BatchError.None, BatchView.Read(bytes, MetadataRecords.BytesMax, out var batch));
        Assert.Equal(1, batch.RecordCount);
        return MetadataRecords.Read(batch);
    }

    private static MetadataState ThroughSnapshot(MetadataState state)
    {
        var bytes = new MetadataSnapshot(state.Image.Version, [], state.ToSnapshot()).ToBytes();
        var snapshot = MetadataSnapshot.Read(bytes, "test");
        return MetadataState.From(snapshot.State, snapshot.EndOffset);
    }
}
