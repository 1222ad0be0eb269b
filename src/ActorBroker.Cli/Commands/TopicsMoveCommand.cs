using System.CommandLine;
using System.Globalization;
using ActorBroker.Cli.Client;
using ActorBroker.Kafka;

namespace ActorBroker.Cli.Commands;

/// <summary><c>topics move TOPIC[-PARTITION]</c></summary>
internal static class TopicsMoveCommand
{
    public static Command Create(CliIo io)
    {
        var name = new Argument<string>("TOPIC[-PARTITION]") { Description = "A topic, or one partition of it." };
        var to = Opt.Number("--to", "The node that shall hold it.", "NODE", 0, int.MaxValue);
        var cancel = Opt.Flag("--cancel", "End the moves that are under way: what moves stays where it is.");
        var wait = Opt.Flag("--wait", "Come back when all is moved.");
        var command = new Command("move", "Move partitions to another node.") { name, to, cancel, wait };
        CommandContext.SetAction(command, io, async context =>
        {
            var node = (int?)context.Get(to);
            if (node is null == !context.Get(cancel)) throw new UsageException("where to? give --to NODE, or --cancel");
            if (context.Get(cancel) && context.Get(wait)) throw new UsageException("there is nothing to wait for: give --cancel or --wait");
            var (topic, partitions) = await FindAsync(context, context.Get(name));
            var admin = new ClusterAdmin(context.Cluster);
            var chosen = node is { } target
                ? await MoveAsync(context, admin, topic, partitions, target, context.Get(wait))
                : await CancelAsync(context, admin, topic, partitions);
            context.Report(Sentence(topic, chosen, node, context.Get(wait)), json =>
            {
                json.WriteString("topic", topic);
                ClusterJson.WriteNumbers(json, "partitions", chosen);
                if (node is { } number) json.WriteNumber("to", number);
                else json.WriteBoolean("cancelled", true);
            });
        });
        return command;
    }

    private static string Sentence(string topic, int[] partitions, int? node, bool isDone)
    {
        var names = string.Join(", ", partitions.Select(partition => $"{topic}-{partition}"));
        return node is null ? $"stays where it is: {names}"
            : partitions.Length == 0 ? $"all of it is on node {node} already"
            : $"{(isDone ? "moved" : "moving")} to node {node}: {names}";
    }

    /// <summary>What a name means: a topic if there is one that is called so, else a partition.</summary>
    private static async Task<(string Topic, IReadOnlyList<PartitionInfo> Partitions)> FindAsync(CommandContext context, string name)
    {
        var dash = name.LastIndexOf('-');
        var number = -1;
        var isPartition = dash > 0 && int.TryParse(name.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out number);
        var metadata = await context.Cluster.MetadataAsync(isPartition ? [name, name[..dash]] : [name], context.Cancellation);
        var known = metadata.Topics.Where(topic => (ErrorCode)topic.ErrorCode is ErrorCode.None or ErrorCode.LeaderNotAvailable).Select(Cluster.From).ToArray();
        if (known.FirstOrDefault(topic => topic.Name == name) is { } whole) return (name, whole.Partitions);
        if (!isPartition || known is not [var topic]) throw new CliException($"topic '{name}' does not exist: see `topics list`");
        return topic.Partitions.FirstOrDefault(partition => partition.Index == number) is { } only
            ? (topic.Name, [only])
            : throw new CliException($"topic '{topic.Name}' has no partition {number}: it has {topic.Partitions.Count}");
    }

    private static async Task<int[]> MoveAsync(CommandContext context, ClusterAdmin admin, string topic, IReadOnlyList<PartitionInfo> partitions, int node, bool mustWait)
    {
        var chosen = partitions.Where(partition => partition.Replicas is not [var only] || only != node).Select(partition => partition.Index).ToArray();
        if (chosen.Length == 0) return chosen;
        await admin.MoveAsync(topic, chosen, node, context.Cancellation);
        if (mustWait) await WaitAsync(context, admin, topic, chosen, node);
        return chosen;
    }

    private static async Task<int[]> CancelAsync(CommandContext context, ClusterAdmin admin, string topic, IReadOnlyList<PartitionInfo> partitions)
    {
        var moves = await admin.MovesAsync(context.Cancellation);
        var moving = partitions.Select(partition => partition.Index).Where(index => moves.Any(move => move.Topic == topic && move.Partition == index)).ToArray();
        if (moving.Length == 0) throw new CliException($"nothing of topic '{topic}' moves that could be stopped: see `cluster describe`");
        await admin.MoveAsync(topic, moving, null, context.Cancellation);
        return moving;
    }

    private static async Task WaitAsync(CommandContext context, ClusterAdmin admin, string topic, int[] partitions, int node)
    {
        var backoff = new Backoff(context.Cluster.Options.Clock, Timeout.InfiniteTimeSpan);
        while ((await admin.MovesAsync(context.Cancellation)).Any(move => move.Topic == topic && partitions.Contains(move.Partition)))
        {
            await backoff.WaitAsync(context.Cancellation);
        }

        var now = await context.Cluster.TopicAsync(topic, context.Cancellation, needsLeaders: false);
        var elsewhere = now.Partitions.Where(partition => partitions.Contains(partition.Index) && !partition.Replicas.Contains(node)).ToArray();
        if (elsewhere.Length > 0)
        {
            throw new CliException($"not moved to node {node}: {string.Join(", ", elsewhere.Select(partition => $"{topic}-{partition.Index}"))}; somebody has ended the move");
        }
    }
}
