using ActorBroker.Log;
using static ActorBroker.Client.Tests.Consuming.RecordStore;

namespace ActorBroker.Client.Tests.Consuming;

public sealed class OutOfRangeTests
{
    [Fact]
    public async Task With_earliest_reading_goes_on_at_the_first_record_that_is_still_there()
    {
        await using var store = await ForgottenAsync();
        await using var consumer = store.Consumer(new() { OffsetReset = OffsetReset.Earliest });
        consumer.Assign(new TopicPartitionStart(At("t"), Start.At(Offset.Zero)));
        Assert.Equal(["2", "3"], await ReadAsync(consumer, 2));
    }

    [Fact]
    public async Task With_latest_reading_goes_on_at_the_next_record_to_come()
    {
        await using var store = await ForgottenAsync();
        await using var consumer = store.Consumer(new() { OffsetReset = OffsetReset.Latest });
        consumer.Assign(new TopicPartitionStart(At("t"), Start.At(Offset.Zero)));
        await using var records = new Reading(consumer);
        var next = records.AskAsync();
        await UntilAsync(() => consumer.Position(At("t")) == new Offset(4));

        await store.AddAsync("t", 0, "4");
        Assert.True(await Outcome(next));
        Assert.Equal("4", records.Current.Value);
    }

    [Fact]
    public async Task Beyond_the_end_is_out_of_range_too()
    {
        await using var store = await ForgottenAsync();
        await using var consumer = store.Consumer(new() { OffsetReset = OffsetReset.Earliest });
        consumer.Assign(new TopicPartitionStart(At("t"), Start.At(new Offset(100))));
        Assert.Equal(["2", "3"], await ReadAsync(consumer, 2));
    }

    [Fact]
    public async Task With_error_the_enumeration_fails_each_time_until_somebody_seeks()
    {
        await using var store = await ForgottenAsync();
        await using var consumer = store.Consumer(new() { OffsetReset = OffsetReset.Error });
        consumer.Assign(new TopicPartitionStart(At("t"), Start.At(Offset.Zero)));
        for (var i = 0; i < 2; i++)
        {
            await using var records = new Reading(consumer);
            var error = await Assert.ThrowsAsync<OffsetOutOfRangeException>(() => Outcome(records.AskAsync()));
            Assert.Equal((At("t"), Offset.Zero), (error.Partition, error.Offset));
        }

        await Outcome(consumer.SeekAsync(At("t"), Start.Earliest));
        Assert.Equal(["2", "3"], await ReadAsync(consumer, 2));
    }

    [Fact]
    public async Task With_error_a_group_without_a_position_fails()
    {
        await using var store = await ForgottenAsync();
        await using var consumer = store.Consumer(new() { OffsetReset = OffsetReset.Error, GroupId = "g" });
        consumer.Assign(new TopicPartitionStart(At("t"), Start.Committed));
        await using var records = new Reading(consumer);
        await Assert.ThrowsAsync<OffsetOutOfRangeException>(() => Outcome(records.AskAsync()));
    }

    [Fact]
    public async Task A_partition_that_does_not_exist_is_an_error()
    {
        await using var store = await ForgottenAsync();
        await using var consumer = store.Consumer();
        consumer.Assign(At("t", 7));
        await using var records = new Reading(consumer);
        await Assert.ThrowsAsync<UnknownTopicOrPartitionException>(() => Outcome(records.AskAsync()));
    }

    /// <summary>Records "0" to "3", of which the first two are gone.</summary>
    private static async Task<RecordStore> ForgottenAsync()
    {
        var store = await StartAsync();
        await store.CreateTopicAsync("t");
        for (var i = 0; i < 4; i++)
        {
            await store.AddAsync("t", 0, $"{i}");
        }

        await Outcome(store.Client.Admin.DeleteRecordsAsync(At("t"), new Offset(2)));
        return store;
    }
}
