using System.CommandLine;
using System.Globalization;
using ActorBroker.Cli.Client;
using ActorBroker.Cli.Output;

namespace ActorBroker.Cli.Commands;

/// <summary><c>topics list</c></summary>
internal static class TopicsListCommand
{
    public static Command Create(CliIo io)
    {
        var all = Opt.Flag("--all", "Internal topics too.");
        var command = new Command("list", "List the topics.") { all };
        CommandContext.SetAction(command, io, async context =>
        {
            var metadata = await context.Cluster.MetadataAsync(null, context.Cancellation);
            var topics = metadata.Topics.Select(Cluster.From)
                .Where(topic => context.Get(all) || !topic.IsInternal).OrderBy(topic => topic.Name, StringComparer.Ordinal);
            var table = new TextTable("TOPIC", "PARTITIONS", "REPLICAS");
            foreach (var topic in topics)
            {
                var partitions = topic.Partitions.Count.ToString(CultureInfo.InvariantCulture);
                table.Add(topic.Name, partitions, topic.ReplicationFactor.ToString(CultureInfo.InvariantCulture));
                if (!context.IsJson) continue;
                context.Json.Write(json =>
                {
                    json.WriteString("topic", topic.Name);
                    json.WriteNumber("partitions", topic.Partitions.Count);
                    json.WriteNumber("replicationFactor", topic.ReplicationFactor);
                    json.WriteBoolean("internal", topic.IsInternal);
                });
            }

            if (!context.IsJson) table.WriteTo(context.Output);
        });
        return command;
    }
}
