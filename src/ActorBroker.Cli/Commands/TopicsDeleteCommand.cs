using System.CommandLine;
using ActorBroker.Cli.Client;

namespace ActorBroker.Cli.Commands;

/// <summary><c>topics delete NAME</c></summary>
internal static class TopicsDeleteCommand
{
    public static Command Create(CliIo io)
    {
        var name = SharedOptions.Topic("Name of the topic. All its records are lost.");
        var command = new Command("delete", "Delete a topic and all its records.") { name };
        CommandContext.SetAction(command, io, async context =>
        {
            var topic = context.Get(name);
            await new Admin(context.Cluster).DeleteTopicAsync(topic, context.Cancellation);
            context.Report($"deleted topic {topic}", json =>
            {
                json.WriteString("topic", topic);
                json.WriteBoolean("deleted", true);
            });
        });
        return command;
    }
}
