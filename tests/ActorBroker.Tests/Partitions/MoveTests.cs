using System.Diagnostics;
using ActorBroker.Controller;
using ActorBroker.Log;
using ActorBroker.Messages;
using ActorBroker.Partitions;
using ActorBroker.Tests.Support;
using Akka.Actor;

namespace ActorBroker.Tests.Partitions;

public sealed class MoveTests
{
    private const string SmallParts = "broker.partition.move-part-bytes=1k";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData("os")]
    [InlineData("before-ack")]
    public async Task A_move_takes_all_records_along_with_their_offsets_and_epochs(string flushPolicy)
    {
        await using var pair = await MovePair.StartAsync("broker.partition.move-part-bytes=64k", $"broker.log.flush-policy={flushPolicy}", "broker.log.segment-bytes=1m");
        var padding = new string('x', 20_000);
        for (var i = 0; i < 150; i++)
        {
            await pair.StoreAsync(pair.A, $"value {i}", padding);
        }

        await pair.A.DisposeAsync();
        await pair.StartNodeAsync(1);
        pair.Publish(pair.Partition);
        await pair.A.NextAsync<LeaderElected>();
        await StoreAsync(pair, pair.A, 300, 50);
        var before = await pair.ReadAllAsync(pair.A);
        Assert.Equal([1, 2], before.Epochs.Distinct());
        Assert.True(Directory.GetFiles(pair.A.Storage.FolderOf(MovePair.Name), "*.log").Length > 2);

        var epoch = await pair.MoveAsync(1, pair.A, pair.B);

        Assert.Equal(3, epoch);
        var after = await pair.ReadAllAsync(pair.B);
        Assert.Equal(before.Values, after.Values);
        Assert.Equal(before.Epochs, after.Epochs);
        Assert.Equal((before.Last.Next, before.Last.HighWatermark, before.Last.LogStart), (after.Last.Next, after.Last.HighWatermark, after.Last.LogStart));
        Assert.Equal(350, await pair.StoreAsync(pair.B, "next"));
        Assert.Equal(3, (await pair.ReadAllAsync(pair.B)).Epochs[^1]);
    }

    [Fact]
    public async Task A_producer_that_goes_on_during_a_move_loses_nothing_doubles_nothing_and_waits_a_moment()
    {
        await using var pair = await MovePair.StartAsync("broker.partition.move-part-bytes=16k");
        await StoreAsync(pair, pair.A, 0, 200);
        var stored = 0;
        var longest = TimeSpan.Zero;
        var isOver = false;
        var producer = Task.Run(async () =>
        {
            while (!Volatile.Read(ref isOver))
            {
                var waits = Stopwatch.StartNew();
                await StoreWhereItCanAsync(pair, stored);
                stored++;
                longest = waits.Elapsed > longest ? waits.Elapsed : longest;
            }
        });

        await pair.MoveAsync(1, pair.A, pair.B);
        await pair.MoveAsync(2, pair.B, pair.A);
        await pair.MoveAsync(3, pair.A, pair.B);
        Volatile.Write(ref isOver, true);
        await producer.WaitAsync(Patience);

        Assert.Equal([.. Values(200), .. Enumerable.Range(0, stored).Select(i => $"sequence {i}")], (await pair.ReadAllAsync(pair.B)).Values);
        Assert.True(longest < TimeSpan.FromSeconds(10), $"{longest}");
    }

    [Fact]
    public async Task A_partition_that_moves_there_and_back_again_begins_a_later_term_each_time_and_leaves_nothing_behind()
    {
        await using var pair = await MovePair.StartAsync(SmallParts);
        await StoreAsync(pair, pair.A, 0, 20);
        var epochs = new List<int>();
        for (var move = 1; move <= 4; move++)
        {
            var (from, to) = move % 2 == 1 ? (pair.A, pair.B) : (pair.B, pair.A);
            epochs.Add(await pair.MoveAsync(move, from, to));
            await StoreAsync(pair, to, 20 + move - 1, 1);
        }

        Assert.Equal([2, 3, 4, 5], epochs);
        Assert.Equal(Values(24), (await pair.ReadAllAsync(pair.A)).Values);
        await pair.A.DisposeAsync();
        await pair.StartNodeAsync(1);
        pair.Publish(pair.Partition);
        Assert.Equal(6, (await pair.A.NextAsync<LeaderElected>()).Epoch.Value);
        Assert.Equal(Values(24), (await pair.ReadAllAsync(pair.A)).Values);
    }

    [Theory]
    [InlineData(0, 0)]      // nothing was ever stored
    [InlineData(10, 10)]    // nothing is left
    [InlineData(100, 37)]   // the log begins inside a batch
    public async Task A_log_that_does_not_begin_at_zero_or_is_empty_moves_as_it_is(int stored, int deletedTo)
    {
        await using var pair = await MovePair.StartAsync(SmallParts);
        for (var i = 0; i < stored; i += 10)
        {
            await pair.StoreAsync(pair.A, [.. Values(stored)[i..(i + 10)]]);
        }

        if (deletedTo > 0)
        {
            await DeleteToAsync(pair, deletedTo);
        }

        await pair.MoveAsync(1, pair.A, pair.B);

        var (values, _, last) = await pair.ReadAllAsync(pair.B);
        Assert.Equal(Values(stored)[deletedTo..], values);
        Assert.Equal((deletedTo, stored, stored), (last.LogStart.Value, last.HighWatermark.Value, last.Next.Value));
        Assert.Equal(stored, await pair.StoreAsync(pair.B, "next"));
    }

    [Fact]
    public async Task A_producer_that_repeats_what_it_sent_before_the_move_gets_the_offset_of_then()
    {
        await using var pair = await MovePair.StartAsync();
        await pair.StoreAsync(pair.A, "x", "y");
        Assert.IsType<Appended>(await pair.AppendAsync(pair.A, KafkaRequests.IdempotentBatch(7, 0, "a", "b")));
        await pair.MoveAsync(1, pair.A, pair.B);

        var again = Assert.IsType<Appended>(await pair.AppendAsync(pair.B, KafkaRequests.IdempotentBatch(7, 0, "a", "b")));
        Assert.Equal(2, again.BaseOffset.Value);
        Assert.IsType<Appended>(await pair.AppendAsync(pair.B, KafkaRequests.IdempotentBatch(7, 2, "c")));
        Assert.Equal(["x", "y", "a", "b", "c"], (await pair.ReadAllAsync(pair.B)).Values);
    }

    [Fact]
    public async Task A_consumer_reads_at_the_source_until_the_partition_has_moved_and_is_told_then()
    {
        await using var pair = await MovePair.StartAsync();
        await StoreAsync(pair, pair.A, 0, 3);
        var leader = pair.LeaderOn(pair.A);
        var parked = Channels.Receive(pair.A.System, leader, new Fetch(new RequestId(1, 0), new Offset(3), 1000, 1, LeaderEpoch.None));
        Assert.IsType<FetchParked>(await parked.ReadAsync().AsTask().WaitAsync(Patience));
        pair.BeginMove(1, pair.A, pair.B);
        var ready = await pair.B.NextAsync<CopyReady>();

        Assert.IsType<AppendRefused>(await pair.AppendAsync(pair.A, KafkaRequests.Batch("late")));
        Assert.Equal(Values(3), (await pair.ReadAllAsync(pair.A)).Values);
        pair.EndMove(pair.B, ready.Epoch);

        Assert.Equal(FetchError.NotLeader, Assert.IsType<FetchRefused>(await parked.ReadAsync().AsTask().WaitAsync(Patience)).Error);
    }

    [Fact]
    public async Task A_topic_that_is_deleted_during_a_move_leaves_nothing_on_either_node()
    {
        await using var pair = await MovePair.StartAsync();
        await StoreAsync(pair, pair.A, 0, 3);
        pair.BeginMove(1, pair.A, pair.B);
        await pair.B.NextAsync<CopyReady>();

        foreach (var node in new[] { pair.A, pair.B })
        {
            await node.Partitions.Ask<TopicDropped>(new DropTopic(pair.Topic), Patience);
            await MovePair.GoneAsync(node);
        }
    }

    internal static string[] Values(int count) => [.. Enumerable.Range(0, count).Select(i => $"value {i}")];

    internal static async Task StoreAsync(MovePair pair, MoveNode node, int from, int count)
    {
        for (var i = from; i < from + count; i++)
        {
            Assert.Equal(i, await pair.StoreAsync(node, $"value {i}"));
        }
    }

    internal static async Task DeleteToAsync(MovePair pair, int offset) =>
        Assert.IsType<RecordsDeleted>(await pair.LeaderOn(pair.A).Ask<IReply>(new DeleteRecords(default, new Offset(offset)), Patience));

    /// <summary>As an idempotent producer does: again and again, on whichever node leads, with the same sequence number.</summary>
    private static async Task StoreWhereItCanAsync(MovePair pair, int sequence)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            foreach (var node in new[] { pair.A, pair.B })
            {
                patience.Token.ThrowIfCancellationRequested();
                if (node.Directory.Find(MovePair.Name) is { } route
                    && await TryAsync(route.Actor, pair.Append(KafkaRequests.IdempotentBatch(7, sequence, $"sequence {sequence}"))) is Appended)
                {
                    return;
                }
            }

            await Task.Yield();
        }
    }

    private static async Task<IReply?> TryAsync(IActorRef leader, Append command)
    {
        try
        {
            return await leader.Ask<IReply>(command, TimeSpan.FromSeconds(2));
        }
        catch (AskTimeoutException)
        {
            return null;    // it stopped with the message in its mailbox
        }
    }
}
