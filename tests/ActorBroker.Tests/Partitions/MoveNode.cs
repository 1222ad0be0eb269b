using System.Threading.Channels;
using ActorBroker.Controller;
using ActorBroker.Messages;
using ActorBroker.Partitions;
using ActorBroker.Storage;
using ActorBroker.Tests.Support;
using Akka.Actor;

namespace ActorBroker.Tests.Partitions;

/// <summary>The partitions of one node, without the rest of it: what the controller would say is said by the test, what it would hear is
/// read from <see cref="NextAsync"/>.</summary>
internal sealed class MoveNode : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly ChannelReader<object> _events;

    private MoveNode(int id, ActorSystem system, ChannelReader<object> events, IActorRef partitions, FailingFiles files, NodeStorage storage, PartitionDirectory directory)
    {
        (Id, System, _events, Partitions, Files, Storage, Directory) = (new NodeId(id), system, events, partitions, files, storage, directory);
    }

    public NodeId Id { get; }

    public ActorSystem System { get; }

    public FailingFiles Files { get; }

    public NodeStorage Storage { get; }

    public PartitionDirectory Directory { get; }

    /// <param name="paths">Where the other nodes' partitions are; see <see cref="MovePair"/>.</param>
    public static async Task<MoveNode> StartAsync(int id, string folder, Func<NodeId, string?> paths, params string[] settings)
    {
        var config = NodeConfig.Build(new BrokerNodeOptions
        {
            Set = ["akka.actor.provider=local", "akka.loglevel=OFF", "akka.stdout-loglevel=OFF", "broker.partition.move-request-timeout=200ms", .. settings],
        });
        var read = BrokerSettings.Read(config);
        var system = ActorSystem.Create($"node{id}", config);
        var files = new FailingFiles();
        var storage = new NodeStorage(files, folder, TimeProvider.System);
        NodeStorage.Register(system, storage);
        var directory = new PartitionDirectory();
        var events = Channel.CreateUnbounded<object>();
        var created = new TaskCompletionSource<IActorRef>(TaskCreationOptions.RunContinuationsAsynchronously);
        system.ActorOf(
            Props.Create(() => new Parent(
                Props.Create(() => new PartitionsActor(new NodeId(id), read.TopicDefaults, read.Partition, 1, storage, directory, paths)), events.Writer, created)),
            "broker");
        return new MoveNode(id, system, events.Reader, await created.Task, files, storage, directory);
    }

    /// <summary>Path of the partitions, and of the hole through which another node's copies reach them.</summary>
    public const string PartitionsPath = "/user/broker/partitions";

    public void Tell(TopicImage topic) => Partitions.Tell(new HostPartitions(topic));

    public IActorRef Partitions { get; }

    /// <summary>The next event of a kind; others before it are left out.</summary>
    public async Task<T> NextAsync<T>(Func<T, bool>? isMeant = null)
    {
        using var patience = new CancellationTokenSource(Patience);
        var others = new List<object>();
        try
        {
            while (true)
            {
                var next = await _events.ReadAsync(patience.Token);
                if (next is T found && isMeant?.Invoke(found) != false)
                {
                    return found;
                }

                others.Add(next);
            }
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"node {Id}: no {typeof(T).Name} within {Patience}, only: {string.Join("; ", others)}");
        }
    }

    public async Task CloseAsync()
    {
        await Partitions.Ask<PartitionsClosed>(ClosePartitions.Instance, Patience);
        await System.Terminate();
    }

    /// <summary>Ends as a process that is killed does.</summary>
    public async ValueTask DisposeAsync() => await System.Terminate();

    private sealed class Parent : ReceiveActor
    {
        public Parent(Props partitions, ChannelWriter<object> events, TaskCompletionSource<IActorRef> created)
        {
            created.SetResult(Context.ActorOf(partitions, "partitions"));
            ReceiveAny(message => events.TryWrite(message));
        }
    }
}
