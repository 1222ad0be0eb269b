using ActorBroker.Log;
using static ActorBroker.Client.Tests.Consuming.RecordStore;

namespace ActorBroker.Client.Tests.Consuming;

public sealed class AssignedConsumerTests
{
    [Fact]
    public async Task An_assigned_partition_is_read_from_the_beginning_and_on_as_records_come()
    {
        await using var store = await RecordStore.StartAsync();
        await store.CreateTopicAsync("t");
        await store.AddAsync("t", 0, "a", "b");
        await using var consumer = store.Consumer();
        consumer.Assign(new TopicPartitionStart(At("t"), Start.Earliest));
        await using var records = new Reading(consumer);

        var first = await records.NextAsync();
        Assert.Equal((At("t"), Offset.Zero, "ka", "a", 1000L), (first.TopicPartition, first.Offset, first.Key, first.Value, first.TimestampMs));
        Assert.Empty(first.Headers);
        Assert.Equal("b", (await records.NextAsync()).Value);
        var next = records.AskAsync();
        await store.AddAsync("t", 0, "c");
        Assert.True(await Outcome(next));
        Assert.Equal(("c", new Offset(2)), (records.Current.Value, records.Current.Offset));
    }

    [Fact]
    public async Task Many_partitions_are_read_side_by_side_each_in_order()
    {
        await using var store = await RecordStore.StartAsync();
        await store.CreateTopicAsync("t", 4);
        for (var i = 0; i < 40; i++)
        {
            await store.AddAsync("t", i % 4, $"{i}");
        }

        await using var consumer = store.Consumer();
        consumer.Assign(Enumerable.Range(0, 4).Select(partition => At("t", partition)));
        await using var records = new Reading(consumer);
        var seen = new List<ConsumeResult<string, string>>();
        while (seen.Count < 40)
        {
            seen.Add(await records.NextAsync());
        }

        foreach (var partition in seen.GroupBy(record => record.Partition))
        {
            Assert.Equal(Enumerable.Range(0, 10).Select(i => $"{(i * 4) + partition.Key}"), partition.Select(record => record.Value));
        }
    }

    [Theory]
    [InlineData(CompressionCodec.Gzip)]
    [InlineData(CompressionCodec.Snappy)]
    [InlineData(CompressionCodec.Lz4)]
    [InlineData(CompressionCodec.Zstd)]
    public async Task Compressed_batches_are_read(CompressionCodec codec)
    {
        await using var store = await RecordStore.StartAsync();
        await store.CreateTopicAsync("t");
        var values = Enumerable.Range(0, 100).Select(i => $"value {i}").ToArray();
        await store.AddBatchAsync("t", 0, Batch(values, codec: codec));
        await using var consumer = store.Consumer();
        consumer.Assign(At("t"));

        Assert.Equal(values, await ReadAsync(consumer, 100));
    }

    [Fact]
    public async Task A_start_inside_a_batch_leaves_out_what_is_before_it()
    {
        await using var store = await RecordStore.StartAsync();
        await store.CreateTopicAsync("t");
        await store.AddAsync("t", 0, "a", "b", "c");
        await using var consumer = store.Consumer();
        consumer.Assign(new TopicPartitionStart(At("t"), Start.At(new Offset(1))));

        Assert.Equal(["b", "c"], await ReadAsync(consumer, 2));
    }

    [Fact]
    public async Task Starts_at_the_end_and_at_a_time_are_found()
    {
        await using var store = await RecordStore.StartAsync();
        await store.CreateTopicAsync("t", 3);
        for (var partition = 0; partition < 3; partition++)
        {
            await store.AddBatchAsync("t", partition, Batch(["old"], timestampMs: 1000));
            await store.AddBatchAsync("t", partition, Batch(["new"], timestampMs: 2000));
        }

        await using var consumer = store.Consumer();
        consumer.Assign(
            new TopicPartitionStart(At("t", 0), Start.AtTimestamp(DateTimeOffset.FromUnixTimeMilliseconds(1500))),
            new TopicPartitionStart(At("t", 1), Start.Latest),
            new TopicPartitionStart(At("t", 2), Start.AtTimestamp(DateTimeOffset.FromUnixTimeMilliseconds(9000))));
        await using var records = new Reading(consumer);
        Assert.Equal("new", (await records.NextAsync()).Value);
        var next = records.AskAsync();
        await UntilAsync(() => consumer.Position(At("t", 1)) is not null && consumer.Position(At("t", 2)) is not null);

        await store.AddAsync("t", 1, "latest");
        Assert.True(await Outcome(next));
        Assert.Equal("latest", records.Current.Value);
        await store.AddAsync("t", 2, "too young");
        Assert.Equal("too young", (await records.NextAsync()).Value);
    }

    [Fact]
    public async Task A_seek_goes_back_and_forth_and_nothing_of_the_old_place_follows()
    {
        await using var store = await RecordStore.StartAsync();
        await store.CreateTopicAsync("t");
        for (var i = 0; i < 10; i++)
        {
            await store.AddAsync("t", 0, $"{i}");
        }

        await using var consumer = store.Consumer();
        consumer.Assign(At("t"));
        await using var records = new Reading(consumer);
        Assert.Equal(["0", "1", "2"], await records.NextAsync(3));
        await Outcome(consumer.SeekAsync(At("t"), new Offset(7)));
        Assert.Equal(["7", "8"], await records.NextAsync(2));
        await Outcome(consumer.SeekAsync(At("t"), Start.Earliest));
        Assert.Equal(Offset.Zero, consumer.Position(At("t")));
        Assert.Equal(Enumerable.Range(0, 10).Select(i => $"{i}"), await records.NextAsync(10));
        await Assert.ThrowsAsync<InvalidOperationException>(() => Outcome(consumer.SeekAsync(At("t", 1), Offset.Zero)));
    }

    [Fact]
    public async Task A_paused_partition_gives_nothing_until_it_is_resumed_and_then_what_is_next()
    {
        await using var store = await RecordStore.StartAsync();
        await store.CreateTopicAsync("t", 2);
        await store.AddAsync("t", 0, "a", "b", "c");
        await using var consumer = store.Consumer();
        consumer.Assign(At("t", 0), At("t", 1));
        await using var records = new Reading(consumer);
        Assert.Equal("a", (await records.NextAsync()).Value);
        consumer.Pause(At("t", 0));
        var next = records.AskAsync();
        await store.AddAsync("t", 1, "other");
        Assert.True(await Outcome(next));
        Assert.Equal("other", records.Current.Value);
        consumer.Resume(At("t", 0));
        Assert.Equal(["b", "c"], await records.NextAsync(2));
    }

    [Fact]
    public async Task Position_and_lag_move_when_the_next_record_is_asked_for()
    {
        await using var store = await RecordStore.StartAsync();
        await store.CreateTopicAsync("t");
        await store.AddAsync("t", 0, "a", "b", "c");
        await using var consumer = store.Consumer();
        Assert.Null(consumer.Position(At("t")));
        consumer.Assign(At("t"));
        await using var records = new Reading(consumer);
        await records.NextAsync();
        Assert.Equal((Offset.Zero, 3L), (consumer.Position(At("t")), consumer.Lag(At("t"))));
        await records.NextAsync();
        Assert.Equal((new Offset(1), 2L), (consumer.Position(At("t")), consumer.Lag(At("t"))));
        Assert.Equal([At("t")], consumer.Assignment);
    }

    [Fact]
    public async Task A_record_in_hand_when_an_enumeration_ends_comes_again_in_the_next_one()
    {
        await using var store = await RecordStore.StartAsync();
        await store.CreateTopicAsync("t");
        await store.AddAsync("t", 0, "a", "b", "c");
        await using var consumer = store.Consumer();
        consumer.Assign(At("t"));
        Assert.Equal(["a", "b"], await ReadAsync(consumer, 2));
        Assert.Equal(["b", "c"], await ReadAsync(consumer, 2));
    }

    [Fact]
    public async Task A_second_enumeration_at_the_same_time_is_refused()
    {
        await using var store = await RecordStore.StartAsync();
        await using var consumer = store.Consumer();
        await using (new Reading(consumer))
        {
            Assert.Contains("one enumeration at a time", Assert.Throws<InvalidOperationException>(() => consumer.GetAsyncEnumerator()).Message, StringComparison.Ordinal);
        }

        await using var after = new Reading(consumer);
    }

    [Fact]
    public async Task A_cancelled_wait_ends_the_enumeration_and_loses_nothing()
    {
        await using var store = await RecordStore.StartAsync();
        await store.CreateTopicAsync("t");
        await using var consumer = store.Consumer();
        consumer.Assign(At("t"));
        using var stop = new CancellationTokenSource();
        await using (var records = new Reading(consumer, stop.Token))
        {
            var next = records.AskAsync();
            stop.Cancel();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Outcome(next));
        }

        await store.AddAsync("t", 0, "a");
        Assert.Equal(["a"], await ReadAsync(consumer, 1));
    }

    [Fact]
    public async Task A_record_counts_as_processed_also_when_asking_for_the_next_one_is_cancelled()
    {
        await using var store = await RecordStore.StartAsync();
        await store.CreateTopicAsync("t");
        await store.AddAsync("t", 0, "a", "b");
        await using var consumer = store.Consumer();
        consumer.Assign(At("t"));
        using var stop = new CancellationTokenSource();
        await using (var records = new Reading(consumer, stop.Token))
        {
            Assert.Equal("a", (await records.NextAsync()).Value);
            stop.Cancel();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(records.AskAsync);
        }

        Assert.Equal(["b"], await ReadAsync(consumer, 1));
    }

    [Fact]
    public async Task Disposal_ends_an_enumeration_that_waits_and_what_comes_later_is_refused()
    {
        await using var store = await RecordStore.StartAsync();
        await store.CreateTopicAsync("t");
        var consumer = store.Consumer();
        consumer.Assign(At("t"));
        var records = new Reading(consumer);
        var next = records.AskAsync();
        await Outcome(consumer.DisposeAsync().AsTask());
        Assert.False(await Outcome(next));
        await Assert.ThrowsAsync<ClientClosedException>(() => Outcome(consumer.SeekAsync(At("t"), Offset.Zero)));
        await Outcome(consumer.DisposeAsync().AsTask());
    }

    [Fact]
    public async Task The_end_of_the_actor_system_fails_the_enumeration()
    {
        var store = await RecordStore.StartAsync();
        await using var consumer = store.Consumer();
        await using var records = new Reading(consumer);
        var next = records.AskAsync();
        await Outcome(store.DisposeAsync().AsTask());
        await Assert.ThrowsAsync<ClientClosedException>(() => Outcome(next));
    }

    [Fact]
    public async Task Offsets_of_partitions_are_told()
    {
        await using var store = await RecordStore.StartAsync();
        await store.CreateTopicAsync("t");
        await store.AddAsync("t", 0, "a", "b");
        await using var consumer = store.Consumer();
        Assert.Equal(new Offset(2), (await Outcome(consumer.EndOffsetsAsync([At("t")])))[At("t")]);
        Assert.Equal(Offset.Zero, (await Outcome(consumer.BeginningOffsetsAsync([At("t")])))[At("t")]);
        var times = new Dictionary<Messages.TopicPartition, DateTimeOffset> { [At("t")] = DateTimeOffset.FromUnixTimeMilliseconds(900) };
        Assert.Equal(Offset.Zero, (await Outcome(consumer.OffsetsForTimesAsync(times)))[At("t")].Offset);
        times[At("t")] = DateTimeOffset.FromUnixTimeMilliseconds(1001);
        Assert.Empty(await Outcome(consumer.OffsetsForTimesAsync(times)));
    }

    [Fact]
    public async Task What_a_deserializer_does_not_take_fails_at_its_record_and_can_be_sought_over()
    {
        await using var store = await RecordStore.StartAsync();
        await store.CreateTopicAsync("t");
        await store.AddBatchAsync("t", 0, Batch(["1234", "not four bytes", "5678"]));
        await using var consumer = store.Client.CreateConsumer<string, int>();
        consumer.Assign(At("t"));
        var values = new List<int>();
        var error = await Assert.ThrowsAsync<RecordFormatException>(async () =>
        {
            await foreach (var record in consumer)
            {
                values.Add(record.Value);
            }
        });
        Assert.Single(values);
        Assert.Contains("t-0, offset 1: the value", error.Message, StringComparison.Ordinal);
        await Outcome(consumer.SeekAsync(At("t"), new Offset(2)));
        await using var rest = consumer.GetAsyncEnumerator();
        Assert.True(await Outcome(rest.MoveNextAsync().AsTask()));
        Assert.Equal(new Offset(2), rest.Current.Offset);
    }
}
