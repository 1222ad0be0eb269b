using System.CommandLine;
using ActorBroker.Cli.Client;

namespace ActorBroker.Cli.Commands;

/// <summary><c>topics add-partitions NAME --total N</c></summary>
internal static class TopicsAddPartitionsCommand
{
    public static Command Create(CliIo io)
    {
        var name = SharedOptions.Topic();
        var total = Opt.Number("--total", "How many partitions the topic shall have; more than now.", "N", 1, int.MaxValue);
        total.Required = true;
        var command = new Command("add-partitions", "Give a topic more partitions. Keys then land in other partitions than before.") { name, total };
        CommandContext.SetAction(command, io, async context =>
        {
            var (topic, count) = (context.Get(name), (int)context.Get(total)!.Value);
            await new Admin(context.Cluster).GrowTopicAsync(topic, count, context.Cancellation);
            context.Report($"topic {topic} has {count} partitions", json =>
            {
                json.WriteString("topic", topic);
                json.WriteNumber("partitions", count);
            });
        });
        return command;
    }
}
