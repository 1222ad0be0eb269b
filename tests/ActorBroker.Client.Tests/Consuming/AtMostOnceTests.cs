using ActorBroker.Log;
using static ActorBroker.Client.Tests.Consuming.RecordStore;

namespace ActorBroker.Client.Tests.Consuming;

public sealed class AtMostOnceTests
{
    private static readonly ConsumerOptions<string, string> Options = new() { GroupId = "g", Delivery = Delivery.AtMostOnce };

    [Fact]
    public async Task A_batch_is_committed_before_its_first_record_is_seen()
    {
        await using var store = await RecordStore.StartAsync();
        await store.CreateTopicAsync("t");
        await store.AddAsync("t", 0, "a", "b", "c");
        await using var consumer = store.Consumer(Options);
        consumer.Assign(At("t"));
        await using var records = new Reading(consumer);
        Assert.Equal("a", (await records.NextAsync()).Value);
        Assert.Equal(new Offset(3), (await Outcome(store.Client.Admin.GroupOffsetsAsync("g")))[At("t")].Offset);
        Assert.Equal(new Offset(1), consumer.Position(At("t")));
        await Outcome(consumer.CommitAsync());
        Assert.Equal(new Offset(3), (await Outcome(store.Client.Admin.GroupOffsetsAsync("g")))[At("t")].Offset);
    }

    [Fact]
    public async Task A_consumer_that_ends_in_good_order_leaves_the_rest_of_its_batch_to_the_next_one()
    {
        await using var store = await RecordStore.StartAsync();
        await store.CreateTopicAsync("t");
        await store.AddAsync("t", 0, "a", "b", "c");
        await using (var first = store.Consumer(Options))
        {
            first.Subscribe("t");
            Assert.Equal(["a", "b"], await ReadAsync(first, 2));
        }

        await using var second = store.Consumer(Options);
        second.Subscribe("t");
        Assert.Equal(["c"], await ReadAsync(second, 1));
    }

    [Fact]
    public async Task Reading_goes_on_over_many_batches_and_a_record_in_hand_never_comes_again()
    {
        await using var store = await GroupConsumerTests.FilledAsync(partitions: 2, each: 10);
        await using var consumer = store.Consumer(Options);
        consumer.Subscribe("t");
        var seen = new List<string>();
        while (seen.Count < 20)
        {
            seen.AddRange(await ReadAsync(consumer, 2));
        }

        Assert.Equal(20, seen.Distinct().Count());
    }
}
