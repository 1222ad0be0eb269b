using ActorBroker.Controller;
using ActorBroker.Log;
using ActorBroker.Messages;
using ActorBroker.Partitions;
using ActorBroker.Tests.Support;
using Akka.Actor;

namespace ActorBroker.Tests.Partitions;

public sealed class MoveFailureTests
{
    private const string SmallParts = "broker.partition.move-part-bytes=1k";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Messages_that_are_lost_doubled_or_late_do_no_harm()
    {
        await using var pair = await MovePair.StartAsync(SmallParts, "broker.partition.move-request-timeout=20ms");
        await MoveTests.StoreAsync(pair, pair.A, 0, 100);
        var count = 0;
        Action? late = null;
        pair.OnTheWay = (_, pass) =>
        {
            switch (Interlocked.Increment(ref count) % 4)
            {
                case 0:
                    break;
                case 1:
                    pass();
                    pass();
                    break;
                case 2:
                    Interlocked.Exchange(ref late, pass)?.Invoke();
                    break;
                default:
                    pass();
                    Interlocked.Exchange(ref late, null)?.Invoke();
                    break;
            }
        };

        await pair.MoveAsync(1, pair.A, pair.B);

        Assert.Equal(MoveTests.Values(100), (await pair.ReadAllAsync(pair.B)).Values);
    }

    [Fact]
    public async Task A_move_that_is_cancelled_after_the_hand_over_lets_the_source_lead_a_new_term()
    {
        await using var pair = await MovePair.StartAsync();
        await MoveTests.StoreAsync(pair, pair.A, 0, 5);
        pair.BeginMove(1, pair.A, pair.B);
        await pair.B.NextAsync<CopyReady>();
        var parked = Channels.Receive(pair.A.System, pair.LeaderOn(pair.A), new Fetch(new RequestId(1, 0), new Offset(5), 1000, 1, LeaderEpoch.None));
        Assert.IsType<FetchParked>(await parked.ReadAsync().AsTask().WaitAsync(Patience));
        Assert.Equal(AppendError.NotLeader, Assert.IsType<AppendRefused>(await pair.AppendAsync(pair.A, KafkaRequests.Batch("no"))).Error);

        pair.CancelMove();

        Assert.Equal(2, (await pair.A.NextAsync<LeaderElected>()).Epoch.Value);
        Assert.IsType<Fetched>(await parked.ReadAsync().AsTask().WaitAsync(Patience));
        await MoveTests.StoreAsync(pair, pair.A, 5, 1);
        await MovePair.GoneAsync(pair.B);
        Assert.Equal(3, await pair.MoveAsync(2, pair.A, pair.B));
        Assert.Equal(MoveTests.Values(6), (await pair.ReadAllAsync(pair.B)).Values);
    }

    [Fact]
    public async Task A_move_that_is_cancelled_while_it_copies_leaves_the_source_as_it_is()
    {
        await using var pair = await MovePair.StartAsync(SmallParts);
        await MoveTests.StoreAsync(pair, pair.A, 0, 50);
        await CopyUntilAsync(pair, lostRequest: 3);

        await MoveTests.StoreAsync(pair, pair.A, 50, 1);
        pair.CancelMove();

        await MovePair.GoneAsync(pair.B);
        await MoveTests.StoreAsync(pair, pair.A, 51, 1);
        Assert.Equal([1], (await pair.ReadAllAsync(pair.A)).Epochs.Distinct());
        pair.OnTheWay = (_, pass) => pass();
        await pair.MoveAsync(2, pair.A, pair.B);
        Assert.Equal(MoveTests.Values(52), (await pair.ReadAllAsync(pair.B)).Values);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_source_that_restarts_after_the_hand_over_takes_nothing_until_the_cluster_has_decided(bool isCancelled)
    {
        await using var pair = await MovePair.StartAsync();
        await MoveTests.StoreAsync(pair, pair.A, 0, 5);
        pair.BeginMove(1, pair.A, pair.B);
        var ready = await pair.B.NextAsync<CopyReady>();
        await pair.A.DisposeAsync();
        await pair.StartNodeAsync(1);
        pair.Publish(pair.Partition);
        Assert.Equal(1, (await pair.A.NextAsync<LeaderElected>()).Epoch.Value);

        Assert.Equal(AppendError.NotLeader, Assert.IsType<AppendRefused>(await pair.AppendAsync(pair.A, KafkaRequests.Batch("no"))).Error);
        Assert.Equal(MoveTests.Values(5), (await pair.ReadAllAsync(pair.A)).Values);
        if (isCancelled)
        {
            pair.CancelMove();
            Assert.Equal(2, (await pair.A.NextAsync<LeaderElected>()).Epoch.Value);
            await MoveTests.StoreAsync(pair, pair.A, 5, 1);
            await MovePair.GoneAsync(pair.B);
        }
        else
        {
            pair.EndMove(pair.B, ready.Epoch);
            await pair.B.NextAsync<LeaderElected>();
            await MoveTests.StoreAsync(pair, pair.B, 5, 1);
            await MovePair.GoneAsync(pair.A);
        }
    }

    [Fact]
    public async Task A_source_that_restarts_after_the_hand_over_still_gives_the_rest_of_its_log()
    {
        await using var pair = await MovePair.StartAsync(SmallParts);
        await MoveTests.StoreAsync(pair, pair.A, 0, 50);
        var handedOver = new TaskCompletionSource();
        pair.OnTheWay = (message, pass) =>
        {
            if (message is HandOver)
            {
                // As if the answer did not arrive.
                var (number, from) = (((HandOver)message).Move, ((HandOver)message).From);
                pair.LeaderOn(pair.A).Tell(new HandOver(number, from, 1000), ActorRefs.NoSender);
                handedOver.TrySetResult();
            }
            else
            {
                pass();
            }
        };
        pair.BeginMove(1, pair.A, pair.B);
        await handedOver.Task.WaitAsync(Patience);
        while (await pair.AppendAsync(pair.A, KafkaRequests.Batch("no")) is not AppendRefused)
        {
        }

        // A promise is on the disk before the partition answers behind it.
        await pair.LeaderOn(pair.A).Ask<IReply>(new FindOffset(default, OffsetQuestion.Latest, 0, LeaderEpoch.None), Patience);
        await pair.A.DisposeAsync();
        await pair.StartNodeAsync(1);
        pair.OnTheWay = (_, pass) => pass();
        pair.Publish(pair.Partition);

        var ready = await pair.B.NextAsync<CopyReady>();
        pair.EndMove(pair.B, ready.Epoch);
        await pair.B.NextAsync<LeaderElected>();
        Assert.Equal(MoveTests.Values(50), (await pair.ReadAllAsync(pair.B)).Values[..50]);
    }

    [Fact]
    public async Task A_source_that_begins_a_new_term_during_a_copy_is_copied_from_the_beginning()
    {
        await using var pair = await MovePair.StartAsync(SmallParts);
        await MoveTests.StoreAsync(pair, pair.A, 0, 50);
        await CopyUntilAsync(pair, lostRequest: 4);
        await pair.A.DisposeAsync();

        // A crash took what was not flushed, and other records have its offsets now.
        var log = Assert.Single(Directory.GetFiles(pair.A.Storage.FolderOf(MovePair.Name), "*.log"));
        await using (var file = new FileStream(log, FileMode.Open))
        {
            file.SetLength(file.Length / 50);
        }

        await pair.StartNodeAsync(1);
        pair.Publish(pair.Partition);
        await pair.A.NextAsync<LeaderElected>();
        for (var i = 0; i < 60; i++)
        {
            await pair.StoreAsync(pair.A, $"other {i}");
        }

        var wanted = await pair.ReadAllAsync(pair.A);
        pair.OnTheWay = (_, pass) => pass();
        var ready = await pair.B.NextAsync<CopyReady>();
        pair.EndMove(pair.B, ready.Epoch);
        await pair.B.NextAsync<LeaderElected>();

        var copied = await pair.ReadAllAsync(pair.B);
        Assert.Equal(wanted.Values, copied.Values);
        Assert.Equal(wanted.Epochs, copied.Epochs);
        Assert.Equal(3, ready.Epoch);
    }

    [Fact]
    public async Task A_source_that_deletes_what_comes_next_is_copied_from_its_new_beginning()
    {
        await using var pair = await MovePair.StartAsync(SmallParts);
        await MoveTests.StoreAsync(pair, pair.A, 0, 100);
        var asked = new TaskCompletionSource<Action>();
        var count = 0;
        pair.OnTheWay = (_, pass) =>
        {
            if (Interlocked.Increment(ref count) < 3 || asked.Task.IsCompleted)
            {
                pass();
            }
            else
            {
                asked.TrySetResult(pass);
            }
        };
        pair.BeginMove(1, pair.A, pair.B);
        var next = await asked.Task.WaitAsync(Patience);
        await MoveTests.DeleteToAsync(pair, 90);
        next();

        var ready = await pair.B.NextAsync<CopyReady>();
        pair.EndMove(pair.B, ready.Epoch);
        await pair.B.NextAsync<LeaderElected>();
        var (values, _, last) = await pair.ReadAllAsync(pair.B);
        Assert.Equal(MoveTests.Values(100)[90..], values);
        Assert.Equal(90, last.LogStart.Value);
    }

    [Fact]
    public async Task A_target_whose_disk_fails_says_so_and_the_next_move_succeeds()
    {
        await using var pair = await MovePair.StartAsync(SmallParts);
        await MoveTests.StoreAsync(pair, pair.A, 0, 50);
        var count = 0;
        pair.OnTheWay = (_, pass) =>
        {
            if (Interlocked.Increment(ref count) == 3)
            {
                pair.B.Files.Broken = "t-0";
            }

            pass();
        };
        pair.BeginMove(1, pair.A, pair.B);
        var failed = await pair.B.NextAsync<CopyFailed>();
        Assert.Equal((1, pair.Topic.Id, 0), (failed.Move, failed.TopicId, failed.Partition));
        Assert.Contains("no space left", failed.Reason, StringComparison.Ordinal);
        await pair.B.NextAsync<CopyFailed>();   // until it was heard

        pair.CancelMove();
        await MoveTests.StoreAsync(pair, pair.A, 50, 1);
        await MovePair.GoneAsync(pair.B);
        pair.B.Files.Broken = null;
        await pair.MoveAsync(2, pair.A, pair.B);
        Assert.Equal(MoveTests.Values(51), (await pair.ReadAllAsync(pair.B)).Values);
    }

    [Fact]
    public async Task A_copy_whose_source_cannot_be_reached_is_given_up_after_a_time()
    {
        await using var pair = await MovePair.StartAsync("broker.partition.move-stall-timeout=300ms", "broker.partition.move-request-timeout=50ms");
        pair.OnTheWay = (_, _) => { };
        pair.BeginMove(1, pair.A, pair.B);
        var failed = await pair.B.NextAsync<CopyFailed>();
        Assert.Contains("node 1 does not answer", failed.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_target_that_restarts_once_it_is_ready_has_everything(bool isOverMeanwhile)
    {
        await using var pair = await MovePair.StartAsync();
        await MoveTests.StoreAsync(pair, pair.A, 0, 5);
        pair.BeginMove(1, pair.A, pair.B);
        var ready = await pair.B.NextAsync<CopyReady>();
        await pair.B.DisposeAsync();
        if (isOverMeanwhile)
        {
            pair.EndMove(pair.B, ready.Epoch);
            await MovePair.GoneAsync(pair.A);
        }

        await pair.StartNodeAsync(2);
        pair.Publish(pair.Partition);
        if (!isOverMeanwhile)
        {
            Assert.Equal(ready.Epoch, (await pair.B.NextAsync<CopyReady>()).Epoch);
            pair.EndMove(pair.B, ready.Epoch);
        }

        Assert.Equal(ready.Epoch + 1, (await pair.B.NextAsync<LeaderElected>()).Epoch.Value);
        Assert.Equal(MoveTests.Values(5), (await pair.ReadAllAsync(pair.B)).Values);
        await MoveTests.StoreAsync(pair, pair.B, 5, 1);
    }

    [Fact]
    public async Task A_target_that_restarts_before_it_is_ready_copies_again_from_the_beginning()
    {
        await using var pair = await MovePair.StartAsync(SmallParts);
        await MoveTests.StoreAsync(pair, pair.A, 0, 50);
        await CopyUntilAsync(pair, lostRequest: 4);
        await pair.B.DisposeAsync();
        pair.OnTheWay = (_, pass) => pass();
        await pair.StartNodeAsync(2);
        await pair.MoveAsync(1, pair.A, pair.B);

        Assert.Equal(MoveTests.Values(50), (await pair.ReadAllAsync(pair.B)).Values);
    }

    [Fact]
    public async Task Metadata_from_before_a_move_was_done_does_not_cost_a_replica_its_data()
    {
        await using var pair = await MovePair.StartAsync();
        await MoveTests.StoreAsync(pair, pair.A, 0, 5);
        await pair.MoveAsync(2, pair.A, pair.B);
        await MoveTests.StoreAsync(pair, pair.B, 5, 1);
        var now = pair.Partition;
        await pair.B.DisposeAsync();
        await pair.StartNodeAsync(2);

        var old = now with { Replicas = [pair.A.Id], Leader = pair.A.Id };
        pair.B.Tell(pair.Topic with { Partitions = [old with { Move = new PartitionMove(1, pair.A.Id, pair.B.Id) }] });
        pair.B.Tell(pair.Topic with { Partitions = [now] });

        await pair.B.NextAsync<LeaderElected>();
        Assert.Equal(MoveTests.Values(6), (await pair.ReadAllAsync(pair.B)).Values);
    }

    /// <summary>Begins to copy from A to B and loses a request and all after it. Ends when that one is on its way.</summary>
    private static async Task CopyUntilAsync(MovePair pair, int lostRequest)
    {
        var asked = new TaskCompletionSource();
        var count = 0;
        pair.OnTheWay = (_, pass) =>
        {
            if (Interlocked.Increment(ref count) < lostRequest)
            {
                pass();
            }
            else
            {
                asked.TrySetResult();
            }
        };
        pair.BeginMove(1, pair.A, pair.B);
        await asked.Task.WaitAsync(Patience);
    }
}
