using System.Collections.Concurrent;
using ActorBroker.Log;
using ActorBroker.Messages;
using static ActorBroker.Client.Tests.Consuming.RecordStore;

namespace ActorBroker.Client.Tests.Consuming;

public sealed class GroupConsumerTests
{
    private static readonly ConsumerOptions<string, string> InGroup = new() { GroupId = "g", CommitMode = CommitMode.Manual };

    [Fact]
    public async Task A_subscribed_consumer_reads_all_partitions_and_goes_on_where_it_has_committed()
    {
        await using var store = await FilledAsync(partitions: 2, each: 4);
        await using (var first = store.Consumer(InGroup))
        {
            first.Subscribe("t");
            await using var records = new Reading(first);
            Assert.Equal(["0-0", "0-1", "0-2", "0-3", "1-0", "1-1", "1-2", "1-3"], (await records.NextAsync(8)).Order());
            await Outcome(first.CommitAsync());
        }

        await store.AddAsync("t", 1, "1-4");
        await using var second = store.Consumer(InGroup);
        second.Subscribe("t");
        Assert.Equal(["1-4"], await ReadAsync(second, 1));
    }

    [Fact]
    public async Task What_was_not_committed_comes_again()
    {
        await using var store = await FilledAsync(partitions: 1, each: 4);
        await using (var first = store.Consumer(InGroup))
        {
            first.Subscribe("t");
            await using var records = new Reading(first);
            await records.NextAsync(2);
            await Outcome(first.CommitAsync());
            await records.NextAsync(1);
        }

        await using var second = store.Consumer(InGroup);
        second.Subscribe("t");
        Assert.Equal(["0-2", "0-3"], await ReadAsync(second, 2));
    }

    [Fact]
    public async Task Given_offsets_are_committed()
    {
        await using var store = await FilledAsync(partitions: 1, each: 4);
        await using var consumer = store.Consumer(InGroup);
        await Outcome(consumer.CommitAsync(new Dictionary<TopicPartition, Offset> { [At("t")] = new(3) }));
        consumer.Assign(At("t"));
        Assert.Equal(["0-3"], await ReadAsync(consumer, 1));
    }

    [Fact]
    public async Task Positions_are_committed_periodically_without_the_record_in_hand()
    {
        await using var store = await FilledAsync(partitions: 1, each: 4);
        await using var consumer = store.Consumer(InGroup with { CommitMode = CommitMode.Periodic(TimeSpan.FromMilliseconds(5)) });
        consumer.Subscribe("t");
        await using var records = new Reading(consumer);
        await records.NextAsync(3);
        await UntilAsync(async () => (await store.Client.Admin.GroupOffsetsAsync("g")).TryGetValue(At("t"), out var committed) && committed.Offset == new Offset(2));
    }

    [Fact]
    public async Task Disposal_commits_where_the_consumer_commits_itself_and_leaves_the_group()
    {
        await using var store = await FilledAsync(partitions: 1, each: 4);
        await using (var consumer = store.Consumer(InGroup with { CommitMode = CommitMode.Periodic(TimeSpan.FromHours(1)) }))
        {
            consumer.Subscribe("t");
            await using var records = new Reading(consumer);
            await records.NextAsync(3);
        }

        Assert.Equal(new Offset(2), (await Outcome(store.Client.Admin.GroupOffsetsAsync("g")))[At("t")].Offset);
        Assert.Equal("Empty", (await Outcome(store.Client.Admin.DescribeGroupAsync("g"))).State);
    }

    [Theory]
    [InlineData(GroupAssignor.Range)]
    [InlineData(GroupAssignor.RoundRobin)]
    public async Task Two_consumers_share_the_partitions_and_one_takes_over_when_the_other_leaves(GroupAssignor assignor)
    {
        await using var store = await FilledAsync(partitions: 4, each: 1);
        var options = InGroup with { CommitMode = CommitMode.Periodic(TimeSpan.FromHours(1)), Assignor = assignor };
        await using var first = store.Consumer(options);
        first.Subscribe("t");
        await using var firstRecords = new Reading(first);
        Assert.Equal(["0-0", "1-0", "2-0", "3-0"], (await firstRecords.NextAsync(4)).Order());
        var firstNext = firstRecords.AskAsync();

        var second = store.Consumer(options);
        second.Subscribe("t");
        var secondRecords = new Reading(second);
        var secondNext = secondRecords.AskAsync();
        await UntilAsync(() => first.Assignment.Count == 2 && second.Assignment.Count == 2);
        Assert.Equal(4, first.Assignment.Union(second.Assignment).Count());
        var (ofFirst, ofSecond) = (first.Assignment.First(), second.Assignment.First());
        await store.AddAsync("t", ofFirst.Partition, "first");
        await store.AddAsync("t", ofSecond.Partition, "second");
        Assert.True(await Outcome(firstNext) && await Outcome(secondNext));
        Assert.Equal(("first", "second"), (firstRecords.Current.Value, secondRecords.Current.Value));

        await secondRecords.DisposeAsync();
        await Outcome(second.DisposeAsync().AsTask());
        Assert.Equal("second", (await firstRecords.NextAsync()).Value);    // was in hand when its consumer was disposed of
        Assert.Equal(4, first.Assignment.Count);
    }

    [Fact]
    public async Task A_rebalance_waits_for_the_record_in_hand_and_commits_it()
    {
        await using var store = await FilledAsync(partitions: 2, each: 2);
        var options = InGroup with { CommitMode = CommitMode.Periodic(TimeSpan.FromHours(1)) };
        var told = new ConcurrentQueue<string>();
        await using var first = store.Consumer(options with
        {
            OnAssigned = partitions => Note($"+{partitions.Length}"),
            OnRevoked = revoked => Note($"-{revoked.Partitions.Length} {revoked.AreLost}"),
        });
        first.Subscribe("t");
        await using var firstRecords = new Reading(first);
        var seen = new ConcurrentQueue<string>();
        seen.Enqueue((await firstRecords.NextAsync()).Value);
        await using var second = store.Consumer(options);
        second.Subscribe("t");
        await using var secondRecords = new Reading(second);
        var secondReads = ReadOnAsync(secondRecords);
        await UntilAsync(async () => (await store.Client.Admin.DescribeGroupAsync("g")).State == "PreparingRebalance");
        Assert.Empty(second.Assignment);
        Assert.Equal(["+2"], told);

        var firstReads = ReadOnAsync(firstRecords);
        await UntilAsync(() => first.Assignment.Count == 1 && second.Assignment.Count == 1);
        Assert.Equal(["+2", "-2 False", "+1"], told);
        await UntilAsync(() => seen.Count >= 4);
        await store.AddAsync("t", 0, "0-2");
        await store.AddAsync("t", 1, "1-2");
        await UntilAsync(() => seen.Count >= 6);
        Assert.Equal(["0-0", "0-1", "0-2", "1-0", "1-1", "1-2"], seen.Order());    // what was in hand was committed
        await Outcome(first.DisposeAsync().AsTask());
        await Outcome(second.DisposeAsync().AsTask());
        await Outcome(Task.WhenAll(firstReads, secondReads));

        async Task ReadOnAsync(Reading records)
        {
            while (await records.AskAsync())
            {
                seen.Enqueue(records.Current.Value);
            }
        }

        Task Note(string what)
        {
            told.Enqueue(what);
            return Task.CompletedTask;
        }
    }

    [Fact]
    public async Task The_application_may_seek_when_it_is_assigned_and_commit_when_it_is_revoked()
    {
        await using var store = await FilledAsync(partitions: 1, each: 4);
        Consumer<string, string>? consumer = null;
        consumer = store.Consumer(InGroup with
        {
            OnAssigned = partitions => consumer!.SeekAsync(partitions[0], new Offset(2)),
            OnRevoked = _ => consumer!.CommitAsync(),
        });
        consumer.Subscribe("t");
        await using (var records = new Reading(consumer))
        {
            Assert.Equal(["0-2"], await records.NextAsync(1));
        }

        await Outcome(consumer.DisposeAsync().AsTask());
        Assert.Equal(new Offset(3), (await Outcome(store.Client.Admin.GroupOffsetsAsync("g")))[At("t")].Offset);
    }

    [Fact]
    public async Task A_topic_that_comes_later_is_read_and_so_are_partitions_that_are_added()
    {
        await using var store = await RecordStore.StartAsync();
        await using var consumer = store.Consumer(InGroup);
        consumer.Subscribe("later");
        await using var records = new Reading(consumer);
        var next = records.AskAsync();
        await UntilAsync(async () => (await store.Client.Admin.DescribeGroupAsync("g")).State == "Stable");
        await store.CreateTopicAsync("later");
        await store.AddAsync("later", 0, "a");
        Assert.True(await Outcome(next));
        Assert.Equal("a", records.Current.Value);
        await Outcome(consumer.CommitAsync());
        next = records.AskAsync();
        await Outcome(store.Client.Admin.AddPartitionsAsync("later", 2));
        await Outcome(store.Client.Cluster.RefreshAsync(["later"], false, store.Client.Cluster.View.Number, default));
        await store.AddAsync("later", 1, "b");
        Assert.True(await Outcome(next));
        Assert.Equal(1, records.Current.Partition);
    }

    [Fact]
    public async Task A_static_member_that_comes_back_has_its_partitions_without_a_rebalance()
    {
        await using var store = await FilledAsync(partitions: 1, each: 2);
        var options = InGroup with { InstanceId = "i" };
        await using (var before = store.Consumer(options))
        {
            before.Subscribe("t");
            Assert.Equal(["0-0"], await ReadAsync(before, 1));
            await Outcome(before.CommitAsync());
        }

        Assert.Equal("i", Assert.Single((await Outcome(store.Client.Admin.DescribeGroupAsync("g"))).Members).InstanceId);
        await using var after = store.Consumer(options);
        after.Subscribe("t");
        Assert.Equal(["0-1"], await ReadAsync(after, 1));
        Assert.Single((await Outcome(store.Client.Admin.DescribeGroupAsync("g"))).Members);
    }

    [Fact]
    public async Task A_group_that_cannot_be_joined_fails_the_enumeration()
    {
        await using var store = await RecordStore.StartAsync();
        await using var consumer = store.Consumer(InGroup with { SessionTimeout = TimeSpan.FromHours(10) });
        consumer.Subscribe("t");
        for (var i = 0; i < 2; i++)
        {
            await using var records = new Reading(consumer);
            var error = await Assert.ThrowsAsync<GroupException>(() => Outcome(records.AskAsync()));
            Assert.Equal(Messages.Sessions.SessionError.InvalidSessionTimeout, error.Error);
        }
    }

    [Fact]
    public async Task Without_a_group_there_is_nothing_to_subscribe_or_commit_to_and_a_consumer_does_one_thing()
    {
        await using var store = await RecordStore.StartAsync();
        await using var alone = store.Consumer();
        Assert.Throws<InvalidOperationException>(() => alone.Subscribe("t"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => alone.CommitAsync());
        Assert.Throws<ArgumentException>(() => alone.Assign(new TopicPartitionStart(At("t"), Start.Committed)));
        Assert.Throws<ArgumentException>(() => store.Consumer(new() { Delivery = Delivery.AtMostOnce }));
        await using var assigned = store.Consumer(InGroup);
        assigned.Assign(At("t"));
        Assert.Throws<InvalidOperationException>(() => assigned.Subscribe("t"));
        await using var subscribed = store.Consumer(InGroup);
        subscribed.Subscribe("t");
        Assert.Throws<InvalidOperationException>(() => subscribed.Assign(At("t")));
    }

    /// <summary>Records "partition-number", each in a batch of its own.</summary>
    internal static async Task<RecordStore> FilledAsync(int partitions, int each)
    {
        var store = await RecordStore.StartAsync();
        await store.CreateTopicAsync("t", partitions);
        for (var partition = 0; partition < partitions; partition++)
        {
            for (var i = 0; i < each; i++)
            {
                await store.AddAsync("t", partition, $"{partition}-{i}");
            }
        }

        return store;
    }
}
