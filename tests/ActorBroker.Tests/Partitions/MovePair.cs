using System.Collections.Immutable;
using ActorBroker.Controller;
using ActorBroker.Log;
using ActorBroker.Messages;
using ActorBroker.Partitions;
using ActorBroker.Tests.Support;
using Akka.Actor;

namespace ActorBroker.Tests.Partitions;

/// <summary>Two nodes, one partition, and the metadata in the hands of the test.</summary>
/// <remarks>Each node has an actor system of its own, as it has a data folder of its own; what one sends to the other goes through an
/// actor here and not through a socket.</remarks>
internal sealed class MovePair : IAsyncDisposable
{
    public static readonly TopicPartition Name = new("t", 0);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly TemporaryFolder _folder = new();
    private readonly string[] _settings;
    private readonly MoveNode?[] _nodes = new MoveNode?[3];
    private int _calls;

    private MovePair(string[] settings) => _settings = settings;

    public TopicImage Topic { get; private set; } = new(
        Guid.NewGuid(), "t", false, [new PartitionImage(0, [new NodeId(1)], new NodeId(1), LeaderEpoch.None)], ImmutableDictionary<string, string>.Empty);

    public PartitionImage Partition => Topic.Partitions[0];

    public MoveNode A => _nodes[1]!;

    public MoveNode B => _nodes[2]!;

    /// <summary>What becomes of a message from one node's copy to the other node's partition; told the message, how to pass it on.</summary>
    public Action<object, Action> OnTheWay { get; set; } = (_, pass) => pass();

    public static async Task<MovePair> StartAsync(params string[] settings)
    {
        var pair = new MovePair(settings);
        await pair.StartNodeAsync(1);
        await pair.StartNodeAsync(2);
        pair.Publish(pair.Partition);
        await pair.A.NextAsync<LeaderElected>();
        return pair;
    }

    public async Task<MoveNode> StartNodeAsync(int id)
    {
        var node = await MoveNode.StartAsync(id, Path.Combine(_folder.Path, $"node{id}"), other => $"/user/node{other}", _settings);
        _nodes[id] = node;
        var other = 3 - id;
        node.System.ActorOf(Props.Create(() => new Way(this, other)), $"node{other}");
        return node;
    }

    /// <summary>The metadata changes, and both nodes are told.</summary>
    public void Publish(PartitionImage partition)
    {
        Topic = Topic with { Partitions = [partition] };
        _nodes[1]?.Tell(Topic);
        _nodes[2]?.Tell(Topic);
    }

    public void Configure(ImmutableDictionary<string, string> configs)
    {
        Topic = Topic with { Configs = configs };
        Publish(Partition);
    }

    /// <summary>The topic was deleted, and another one of its name is made.</summary>
    public void Renew()
    {
        Topic = Topic with { Id = Guid.NewGuid() };
        Publish(new PartitionImage(0, [new NodeId(1)], new NodeId(1), LeaderEpoch.None));
    }

    public void BeginMove(long number, MoveNode from, MoveNode to) =>
        Publish(Partition with { Move = new PartitionMove(number, from.Id, to.Id) });

    public void EndMove(MoveNode to, int epoch) =>
        Publish(new PartitionImage(0, [to.Id], to.Id, new LeaderEpoch(epoch)));

    public void CancelMove() => Publish(Partition with { Move = null });

    /// <summary>A whole move; the epoch in which the target leads.</summary>
    public async Task<int> MoveAsync(long number, MoveNode from, MoveNode to)
    {
        BeginMove(number, from, to);
        var ready = await to.NextAsync<CopyReady>(ready => ready.Move == number);
        EndMove(to, ready.Epoch);
        var elected = await to.NextAsync<LeaderElected>();
        Assert.Equal(ready.Epoch, elected.Epoch.Value);
        await GoneAsync(from);
        return ready.Epoch;
    }

    /// <summary>Until the node has nothing of the partition any more.</summary>
    public static async Task GoneAsync(MoveNode node)
    {
        var files = node.Storage.Files;
        using var patience = new CancellationTokenSource(Patience);
        while (files.FolderExists(node.Storage.FolderOf(Name)))
        {
            // Answered behind all that was told before.
            await node.Partitions.Ask<ActorIdentity>(new Identify(0), patience.Token);
        }

        Assert.Null(node.Directory.Find(Name));
    }

    public IActorRef LeaderOn(MoveNode node) => node.Directory.Find(Name)!.Actor;

    public Append Append(byte[] batch) => new(new RequestId(Interlocked.Increment(ref _calls), 0), BatchLease.CopyOf(batch), Acks.All);

    public Task<IReply> AppendAsync(MoveNode node, byte[] batch) => LeaderOn(node).Ask<IReply>(Append(batch), Patience);

    public async Task<long> StoreAsync(MoveNode node, params string[] values) =>
        Assert.IsType<Appended>(await AppendAsync(node, KafkaRequests.Batch(values))).BaseOffset.Value;

    public async Task<(List<string> Values, List<int> Epochs, Fetched Last)> ReadAllAsync(MoveNode node)
    {
        var values = new List<string>();
        var epochs = new List<int>();
        var earliest = Assert.IsType<OffsetFound>(
            await LeaderOn(node).Ask<IReply>(new FindOffset(default, OffsetQuestion.Earliest, 0, LeaderEpoch.None), Patience));
        var from = earliest.Offset;
        while (true)
        {
            var fetched = Assert.IsType<Fetched>(await LeaderOn(node).Ask<IReply>(new Fetch(default, from, 1 << 20, 0, LeaderEpoch.None), Patience));
            if (fetched.Batches is null)
            {
                return (values, epochs, fetched);
            }

            using var lease = fetched.Batches;
            foreach (var batch in new BatchSequence(lease.Bytes.Span, int.MaxValue))
            {
                Assert.True(batch.NextOffset > from);
                epochs.Add(batch.Epoch.Value);
                using var records = new RecordReader(batch);
                while (records.MoveNext())
                {
                    if (records.Current.Offset >= earliest.Offset)
                    {
                        values.Add(System.Text.Encoding.UTF8.GetString(records.Current.Value.Span));
                    }
                }
            }

            from = fetched.Next;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
        {
            if (node is not null)
            {
                await node.DisposeAsync();
            }
        }

        _folder.Dispose();
    }

    /// <summary>Stands for the other node's partitions.</summary>
    private sealed class Way : ReceiveActor
    {
        public Way(MovePair pair, int other)
        {
            Context.ActorOf(Props.Create(() => new ToPartition(pair, other)), Name.ToString());
            ReceiveAny(_ => { });
        }
    }

    private sealed class ToPartition : ReceiveActor
    {
        public ToPartition(MovePair pair, int other) => ReceiveAny(message =>
        {
            var sender = Sender;
            pair.OnTheWay(message, () => pair._nodes[other]?.System.ActorSelection($"{MoveNode.PartitionsPath}/{Name}").Tell(message, sender));
        });
    }
}
