using System.Collections.Immutable;
using ActorBroker.Controller;
using ActorBroker.Log;
using ActorBroker.Messages;
using ActorBroker.Partitions;
using ActorBroker.Tests.Support;
using Akka.Actor;

namespace ActorBroker.Tests.Partitions;

public sealed class SleepTests
{
    /// <summary>The tests tick themselves.</summary>
    private const string NoTicks = "broker.partition.idle-timeout=1d";
    private const string ForEver = "broker.log.retention-age=infinite";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_new_partition_takes_no_folder_until_its_first_message()
    {
        await using var pair = await MovePair.StartAsync(NoTicks, ForEver);
        Assert.False(Directory.Exists(pair.A.Storage.FolderOf(MovePair.Name)));
        Assert.False(await IsAwakeAsync(pair.A));

        Assert.Equal(0, await pair.StoreAsync(pair.A, "a"));

        Assert.True(await IsAwakeAsync(pair.A));
        Assert.Equal([1], (await pair.ReadAllAsync(pair.A)).Epochs);
    }

    [Fact]
    public async Task A_partition_without_messages_sleeps_and_its_next_append_wakes_it_in_the_same_term()
    {
        await using var pair = await MovePair.StartAsync(NoTicks, ForEver);
        await pair.StoreAsync(pair.A, "a");
        await FallAsleepAsync(pair.A);

        Assert.Equal(1, await pair.StoreAsync(pair.A, "b"));
        Assert.True(await IsAwakeAsync(pair.A));

        var all = await pair.ReadAllAsync(pair.A);
        Assert.Equal(["a", "b"], all.Values);
        Assert.Equal([1, 1], all.Epochs);
    }

    [Fact]
    public async Task A_message_within_the_time_keeps_a_partition_awake()
    {
        await using var pair = await MovePair.StartAsync(NoTicks, ForEver);
        for (var i = 0; i < 3; i++)
        {
            await pair.StoreAsync(pair.A, "a");
            Tick(pair.A, PartitionsActor.TicksPerTimeout);    // the first of them saw the message
            Assert.True(await IsAwakeAsync(pair.A));
        }
    }

    [Fact]
    public async Task A_fetch_wakes_a_partition_and_reads_what_it_holds()
    {
        await using var pair = await MovePair.StartAsync(NoTicks, ForEver);
        await pair.StoreAsync(pair.A, "a");
        for (var i = 0; i < 3; i++)
        {
            await FallAsleepAsync(pair.A);
            Assert.Equal(["a"], (await pair.ReadAllAsync(pair.A)).Values);
        }
    }

    [Fact]
    public async Task Where_a_sleeping_log_begins_and_ends_is_said_without_waking_it()
    {
        await using var pair = await MovePair.StartAsync(NoTicks, ForEver);
        await pair.StoreAsync(pair.A, "a", "b", "c");
        Assert.IsType<RecordsDeleted>(await AskAsync(pair.A, new DeleteRecords(default, new Offset(1))));
        var earliest = await FindAsync(pair.A, OffsetQuestion.Earliest);
        var latest = await FindAsync(pair.A, OffsetQuestion.Latest);
        await FallAsleepAsync(pair.A);

        Assert.Equal(earliest, await FindAsync(pair.A, OffsetQuestion.Earliest));
        Assert.Equal(latest, await FindAsync(pair.A, OffsetQuestion.Latest));
        Assert.Equal((1, 3), (earliest.Offset.Value, latest.Offset.Value));
        Assert.False(await IsAwakeAsync(pair.A));

        Assert.Equal(1, (await FindAsync(pair.A, OffsetQuestion.MaxTimestamp)).Offset.Value);
        Assert.True(await IsAwakeAsync(pair.A));
    }

    [Fact]
    public async Task A_question_in_another_epoch_is_refused_asleep_as_awake()
    {
        await using var pair = await MovePair.StartAsync(NoTicks, ForEver);
        await pair.StoreAsync(pair.A, "a");
        await FallAsleepAsync(pair.A);

        var refused = Assert.IsType<FetchRefused>(await AskAsync(pair.A, new FindOffset(default, OffsetQuestion.Latest, 0, new LeaderEpoch(7))));

        Assert.Equal(FetchError.UnknownLeaderEpoch, refused.Error);
    }

    [Fact]
    public async Task A_consumer_that_waits_keeps_a_partition_awake_and_gets_the_next_record()
    {
        await using var pair = await MovePair.StartAsync(NoTicks, ForEver);
        await pair.StoreAsync(pair.A, "a");
        var answers = Channels.Receive(pair.A.System, pair.LeaderOn(pair.A), new Fetch(default, new Offset(1), 1 << 20, 1, LeaderEpoch.None));
        Assert.IsType<FetchParked>(await answers.ReadAsync());

        for (var i = 0; i < 3; i++)
        {
            Tick(pair.A, PartitionsActor.TicksPerTimeout + 1);
            Assert.True(await IsAwakeAsync(pair.A));
        }

        await pair.StoreAsync(pair.A, "b");
        var fetched = Assert.IsType<Fetched>(await answers.ReadAsync());
        Assert.Equal(2, fetched.Next.Value);
        fetched.Batches!.Dispose();
    }

    [Theory]
    [InlineData("os")]
    [InlineData("before-ack")]
    public async Task A_producer_that_does_not_wait_is_answered_in_order_while_its_partition_falls_asleep_and_wakes(string flushPolicy)
    {
        const int Appends = 2000;
        await using var pair = await MovePair.StartAsync(NoTicks, ForEver, $"broker.log.flush-policy={flushPolicy}");
        var random = new Random(7);
        var answers = System.Threading.Channels.Channel.CreateUnbounded<(object Message, long Actor)>();
        var producer = pair.A.System.ActorOf(Props.Create(() => new Producer(answers.Writer)));
        var route = pair.LeaderOn(pair.A);
        for (var i = 0; i < Appends; i++)
        {
            route.Tell(new Append(new RequestId(i, 0), BatchLease.CopyOf(KafkaRequests.Batch($"{i}")), Acks.All), producer);
            if (random.Next(4) == 0)
            {
                Tick(pair.A, PartitionsActor.TicksPerTimeout + 1);
                if (random.Next(8) == 0)
                {
                    await pair.A.Partitions.Ask<ActorIdentity>(new Identify(0), Patience);
                }
            }

            if (i % 500 == 499)
            {
                await FallAsleepAsync(pair.A);
            }
        }

        var actors = new HashSet<long>();
        using var patience = new CancellationTokenSource(Patience);
        for (var i = 0; i < Appends; i++)
        {
            var (message, actor) = await answers.Reader.ReadAsync(patience.Token);
            var appended = Assert.IsType<Appended>(message);
            Assert.Equal((i, i), (appended.Id.Call, appended.BaseOffset.Value));
            actors.Add(actor);
        }

        Assert.True(actors.Count > 1, "the partition never slept");
        Assert.Equal(Enumerable.Range(0, Appends).Select(i => $"{i}"), (await pair.ReadAllAsync(pair.A)).Values);
    }

    [Fact]
    public async Task Sequence_numbers_of_an_idempotent_producer_survive_the_sleep()
    {
        await using var pair = await MovePair.StartAsync(NoTicks, ForEver);
        var batch = KafkaRequests.IdempotentBatch(7, 0, "a");
        Assert.IsType<Appended>(await pair.AppendAsync(pair.A, batch));
        await FallAsleepAsync(pair.A);

        Assert.Equal(0, Assert.IsType<Appended>(await pair.AppendAsync(pair.A, batch)).BaseOffset.Value);
        await FallAsleepAsync(pair.A);
        Assert.Equal(AppendError.OutOfOrderSequence, Assert.IsType<AppendRefused>(await pair.AppendAsync(pair.A, KafkaRequests.IdempotentBatch(7, 5, "f"))).Error);
        await FallAsleepAsync(pair.A);
        Assert.Equal(1, Assert.IsType<Appended>(await pair.AppendAsync(pair.A, KafkaRequests.IdempotentBatch(7, 1, "b"))).BaseOffset.Value);
    }

    [Fact]
    public async Task Retention_reaches_a_sleeping_partition_once_the_settings_say_so_and_wakes_no_other()
    {
        await using var pair = await MovePair.StartAsync(NoTicks, ForEver);
        await pair.StoreAsync(pair.A, "old");
        await FallAsleepAsync(pair.A);
        pair.A.Partitions.Tell(ApplyRetention.Instance);
        Assert.False(await IsAwakeAsync(pair.A));

        pair.Configure(ImmutableDictionary<string, string>.Empty.Add("retention.ms", "1000"));
        Assert.False(await IsAwakeAsync(pair.A));
        pair.A.Partitions.Tell(ApplyRetention.Instance);

        using var patience = new CancellationTokenSource(Patience);
        while ((await FindAsync(pair.A, OffsetQuestion.Earliest)).Offset.Value == 0)
        {
            patience.Token.ThrowIfCancellationRequested();
        }

        Assert.Equal(1, (await FindAsync(pair.A, OffsetQuestion.Earliest)).Offset.Value);
        await FallAsleepAsync(pair.A);
        pair.A.Partitions.Tell(ApplyRetention.Instance);
        Assert.False(await IsAwakeAsync(pair.A));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_sleeping_topic_can_be_deleted_and_made_again(bool isUsed)
    {
        await using var pair = await MovePair.StartAsync(NoTicks, ForEver);
        if (isUsed)
        {
            await pair.StoreAsync(pair.A, "a");
            await FallAsleepAsync(pair.A);
        }

        var route = pair.LeaderOn(pair.A);
        var dropped = pair.A.Partitions.Ask<TopicDropped>(new DropTopic(pair.Topic), Patience);
        pair.Renew();
        await dropped;
        await pair.A.NextAsync<LeaderElected>(elected => elected.TopicId == pair.Topic.Id);

        Assert.Equal(AppendError.NotLeader, Assert.IsType<AppendRefused>(await route.Ask<IReply>(pair.Append(KafkaRequests.Batch("late")), Patience)).Error);
        Assert.Equal(0, await pair.StoreAsync(pair.A, "new"));
        Assert.Equal(["new"], (await pair.ReadAllAsync(pair.A)).Values);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_sleeping_partition_wakes_to_move_and_sleeps_at_its_new_place(bool isUsed)
    {
        await using var pair = await MovePair.StartAsync(NoTicks, ForEver);
        if (isUsed)
        {
            await pair.StoreAsync(pair.A, "a");
            await FallAsleepAsync(pair.A);
        }

        var epoch = await pair.MoveAsync(1, pair.A, pair.B);

        Assert.Equal(2, epoch);
        await FallAsleepAsync(pair.B);
        await pair.StoreAsync(pair.B, "b");
        Assert.Equal(isUsed ? ["a", "b"] : ["b"], (await pair.ReadAllAsync(pair.B)).Values);
    }

    [Fact]
    public async Task A_disk_that_refuses_when_a_partition_falls_asleep_fences_it_for_producers_alone_and_loses_no_answer()
    {
        await using var pair = await MovePair.StartAsync(NoTicks, ForEver);
        await pair.StoreAsync(pair.A, "a");
        pair.A.Files.Broken = "clean-close";
        Tick(pair.A, PartitionsActor.TicksPerTimeout + 1);
        await pair.A.NextAsync<LeaderElected>(elected => elected.Epoch == LeaderEpoch.None);

        Assert.Equal(AppendError.DiskFailed, Assert.IsType<AppendRefused>(await pair.AppendAsync(pair.A, KafkaRequests.Batch("b"))).Error);
        Assert.True(pair.A.Directory.Find(MovePair.Name)!.ServesReaders);
        Assert.Equal(["a"], (await pair.ReadAllAsync(pair.A)).Values);
    }

    [Fact]
    public async Task A_disk_that_refuses_when_a_partition_wakes_fences_it_and_answers_all_who_wait()
    {
        await using var pair = await MovePair.StartAsync(NoTicks, ForEver);
        await pair.StoreAsync(pair.A, "a");
        await FallAsleepAsync(pair.A);
        pair.A.Files.Unopenable = $"{MovePair.Name}{Path.DirectorySeparatorChar}0";

        var append = pair.AppendAsync(pair.A, KafkaRequests.Batch("b"));
        var fetch = AskAsync(pair.A, new Fetch(default, Offset.Zero, 1, 0, LeaderEpoch.None));

        Assert.Equal(AppendError.DiskFailed, Assert.IsType<AppendRefused>(await append).Error);
        Assert.Equal(FetchError.DiskFailed, Assert.IsType<FetchRefused>(await fetch).Error);
        await pair.A.NextAsync<LeaderElected>(elected => elected.Epoch == LeaderEpoch.None);
        Assert.NotNull(pair.A.Directory.Find(MovePair.Name)!.Fenced);
    }

    private static void Tick(MoveNode node, int times)
    {
        for (var i = 0; i < times; i++)
        {
            node.Partitions.Tell(IdleTick.Instance);
        }
    }

    internal static async Task FallAsleepAsync(MoveNode node)
    {
        using var patience = new CancellationTokenSource(Patience);
        do
        {
            Tick(node, PartitionsActor.TicksPerTimeout + 1);
            patience.Token.ThrowIfCancellationRequested();
        }
        while (await IsAwakeAsync(node));
    }

    /// <summary>Answered behind all that the node's partitions were told before.</summary>
    internal static async Task<bool> IsAwakeAsync(MoveNode node)
    {
        await node.Partitions.Ask<ActorIdentity>(new Identify(0), Patience);
        return !Assert.IsType<PartitionRef>(node.Directory.Find(MovePair.Name)!.Actor).IsAsleep;
    }

    private static Task<IReply> AskAsync(MoveNode node, IPartitionMessage message) => node.Directory.Find(MovePair.Name)!.Actor.Ask<IReply>(message, Patience);

    private static async Task<OffsetFound> FindAsync(MoveNode node, OffsetQuestion question) =>
        Assert.IsType<OffsetFound>(await AskAsync(node, new FindOffset(default, question, 0, LeaderEpoch.None)));

    private sealed class Producer : ReceiveActor
    {
        public Producer(System.Threading.Channels.ChannelWriter<(object Message, long Actor)> answers) =>
            ReceiveAny(message => answers.TryWrite((message, Sender.Path.Uid)));
    }
}
