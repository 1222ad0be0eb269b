using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text.Json;
using ActorBroker.Controller;
using ActorBroker.Messages;
using Akka.Actor;
using Akka.TestKit.MultiNode;

namespace ActorBroker.MultiNode.Roles;

/// <summary>Plays a broker node, as the node program does, with an ear for the conductor.</summary>
internal static class BrokerRole
{
    /// <summary>The first result once the node serves clients.</summary>
    public const string Ready = "ready";

    /// <summary>Results in an <see cref="ImageSummary"/>.</summary>
    public const string Image = "image";

    /// <summary>Results in the addresses of the members that Akka.Cluster knows and hears.</summary>
    public const string Members = "members";

    /// <summary>Results in the ids of the nodes with a vote in the metadata group.</summary>
    public const string Voters = "voters";

    /// <summary>Results in the number of times that the node has begun.</summary>
    public const string Lives = "lives";

    /// <summary>Takes a <see cref="NewTopic"/>, results in <see cref="TopicIsReady"/> or in the reason why it is not.</summary>
    public const string CreateTopic = "create-topic";

    public const string TopicIsReady = "ready";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public static async Task<int> RunAsync(RoleAgent agent, string config, Func<Task> obey)
    {
        using var stop = new CancellationTokenSource();
        using var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
        {
            context.Cancel = true;
            stop.Cancel();
        });
        var life = new Life(agent, config, stop.Token);
        agent.Register(Ready, async _ => (await life.Node).Bootstrap);
        agent.Register(Image, async _ => Summarize((await life.Node).Metadata));
        agent.Register(Members, async _ => MembersOf(await life.Node));
        agent.Register(Voters, async _ => await VotersAsync((await life.Node).Metadata));
        agent.Register(Lives, _ => Task.FromResult<object?>(life.Number));
        agent.Register(CreateTopic, async args => await CreateAsync((await life.Node).Metadata, args.Deserialize<NewTopic>()!));
        _ = obey();
        try
        {
            await RunAsync(life, StoppedAsync(stop.Token));
        }
        catch (Exception failed) when (failed is NodeStartException or OperationCanceledException)
        {
            await Console.Error.WriteLineAsync($"the node did not start: {failed.Message}");
            return 1;
        }

        return 0;
    }

    private static async Task RunAsync(Life life, Task stopped)
    {
        var isExpelled = true;
        while (isExpelled)
        {
            await using var node = await life.BeginAsync();
            await Console.Out.WriteLineAsync($"ready node={node.NodeId} kafka={node.Bootstrap} akka={node.AkkaAddress} data={node.DataFolder}");
            await Task.WhenAny(stopped, node.Ended);
            isExpelled = node.WasExpelled;
        }
    }

    private static Task StoppedAsync(CancellationToken cancellationToken)
    {
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        cancellationToken.Register(() => stopped.TrySetResult());
        return stopped.Task;
    }

    private static ImageSummary Summarize(IClusterMetadata metadata)
    {
        var image = metadata.Current;
        return new ImageSummary(
            image.Version,
            metadata.Leader.Value,
            [.. image.Nodes.Values.OrderBy(node => node.Id.Value).Select(node => new NodeSummary(node.Id.Value, node.Status.ToString(), node.Incarnation))],
            [.. image.Topics.Values.OrderBy(topic => topic.Name, StringComparer.Ordinal).Select(topic => new TopicSummary(topic.Name, [.. topic.Partitions.Select(
                partition => new PartitionSummary(
                    partition.Number, image.LeaderOf(partition).Value, partition.Epoch.Value, [.. partition.Replicas.Select(node => node.Value)], partition.Move is not null))]))]);
    }

    private static string[] MembersOf(BrokerNode node)
    {
        var state = Akka.Cluster.Cluster.Get(node.System).State;
        return [.. state.Members.Except(state.Unreachable).Select(member => member.Address.ToString()).Order(StringComparer.Ordinal)];
    }

    private static async Task<int[]> VotersAsync(IClusterMetadata metadata) =>
        await metadata.Controller.Ask<IReply>(new DescribeQuorum(new RequestId(1, 0)), Patience) is QuorumDescribed quorum
            ? [.. quorum.Voters.Select(voter => voter.Node.Value).Order()]
            : [];

    private static async Task<object?> CreateAsync(IClusterMetadata metadata, NewTopic topic)
    {
        var timeout = TimeSpan.FromMilliseconds(topic.TimeoutMs);
        var command = new CreateTopic(
            new RequestId(1, 0), topic.Name, topic.Partitions, topic.Replicas, [], ImmutableDictionary<string, string>.Empty, ValidateOnly: false, IsInternal: false, timeout);
        return await metadata.Controller.Ask<IReply>(command, timeout + TimeSpan.FromSeconds(5)) switch
        {
            TopicReady => TopicIsReady,
            ControllerRefused refused => $"{refused.Error}: {refused.Message}",
            var other => $"an unexpected {other.GetType().Name}",
        };
    }

    /// <summary>The node as it is, from one expulsion to the next.</summary>
    private sealed class Life(RoleAgent agent, string config, CancellationToken stop)
    {
        private TaskCompletionSource<BrokerNode> _node = New();

        /// <summary>The one that serves clients, or the one that will. Any thread.</summary>
        public Task<BrokerNode> Node => Volatile.Read(ref _node).Task;

        public int Number { get; private set; }

        public async Task<BrokerNode> BeginAsync()
        {
            if (++Number > 1)
            {
                await Console.Out.WriteLineAsync("expelled: begins again");
                Volatile.Write(ref _node, New());
            }

            try
            {
                var node = await BrokerNode.StartAsync(new BrokerNodeOptions { IsEmbedded = false, Config = config }, stop);
                await agent.AttachAsync(node.System);
                _node.SetResult(node);
                return node;
            }
            catch (Exception failed)
            {
                _node.SetException(failed);
                throw;
            }
        }

        private static TaskCompletionSource<BrokerNode> New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

/// <summary>The topic to create.</summary>
/// <param name="Replicas">−1: the node's default.</param>
/// <param name="TimeoutMs">How long to wait for leaders.</param>
internal sealed record NewTopic(string Name, int Partitions, int Replicas, int TimeoutMs);
