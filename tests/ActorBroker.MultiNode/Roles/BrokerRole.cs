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

    /// <summary>Takes a <see cref="NewTopic"/>, results in <see cref="TopicIsReady"/> or in the reason why it is not.</summary>
    public const string CreateTopic = "create-topic";

    public const string TopicIsReady = "ready";

    public static async Task<int> RunAsync(RoleAgent agent, string config, Func<Task> obey)
    {
        using var stop = new CancellationTokenSource();
        using var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
        {
            context.Cancel = true;
            stop.Cancel();
        });
        var starting = StartAsync(agent, config, stop.Token);
        agent.Register(Ready, async _ => (await starting).Bootstrap);
        agent.Register(Image, async _ => Summarize((await starting).Metadata));
        agent.Register(CreateTopic, async args => await CreateAsync((await starting).Metadata, args.Deserialize<NewTopic>()!));
        _ = obey();
        try
        {
            await using var node = await starting;
            await Console.Out.WriteLineAsync($"ready node={node.NodeId} kafka={node.Bootstrap} akka={node.AkkaAddress} data={node.DataFolder}");
            await Task.WhenAny(StoppedAsync(stop.Token), node.System.WhenTerminated);
        }
        catch (Exception failed) when (failed is NodeStartException or OperationCanceledException)
        {
            await Console.Error.WriteLineAsync($"the node did not start: {failed.Message}");
            return 1;
        }

        return 0;
    }

    private static async Task<BrokerNode> StartAsync(RoleAgent agent, string config, CancellationToken cancellationToken)
    {
        var node = await BrokerNode.StartAsync(new BrokerNodeOptions { IsEmbedded = false, Config = config }, cancellationToken);
        await agent.AttachAsync(node.System);
        return node;
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
}

/// <summary>The topic to create.</summary>
/// <param name="Replicas">−1: the node's default.</param>
/// <param name="TimeoutMs">How long to wait for leaders.</param>
internal sealed record NewTopic(string Name, int Partitions, int Replicas, int TimeoutMs);
