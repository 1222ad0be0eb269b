using System.CommandLine;
using ActorBroker.Cli.Client;

namespace ActorBroker.Cli.Commands;

/// <summary><c>cluster drain NODE</c></summary>
internal static class ClusterDrainCommand
{
    public static Command Create(CliIo io)
    {
        var node = new Argument<int>("NODE") { Description = "Number of the node." };
        var undo = Opt.Flag("--undo", "Use the node again.");
        var wait = Opt.Flag("--wait", "Come back when the node holds no partition any more.");
        var command = new Command("drain", "Let a node hand over all its partitions, and give it no new ones.") { node, undo, wait };
        CommandContext.SetAction(command, io, async context =>
        {
            var number = context.Get(node);
            if (context.Get(undo) && context.Get(wait)) throw new UsageException("there is nothing to wait for: give --undo or --wait");
            var admin = new ClusterAdmin(context.Cluster);
            await admin.DrainAsync(number, !context.Get(undo), context.Cancellation);
            if (context.Get(wait)) await WaitAsync(context, number);
            var done = context.Get(undo) ? $"node {number} is used again" : context.Get(wait) ? $"drained node {number}: it holds no partition" : $"draining node {number}";
            context.Report(done, json =>
            {
                json.WriteNumber("node", number);
                json.WriteBoolean("draining", !context.Get(undo));
            });
        });
        return command;
    }

    private static async Task WaitAsync(CommandContext context, int node)
    {
        var backoff = new Backoff(context.Cluster.Options.Clock, Timeout.InfiniteTimeSpan);
        while ((await context.Cluster.MetadataAsync(null, context.Cancellation)).Topics.Any(topic => topic.Partitions.Any(partition => partition.ReplicaNodes.Contains(node))))
        {
            await backoff.WaitAsync(context.Cancellation);
        }
    }
}
