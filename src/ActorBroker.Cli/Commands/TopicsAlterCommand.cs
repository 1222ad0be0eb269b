using System.CommandLine;
using ActorBroker.Cli.Client;

namespace ActorBroker.Cli.Commands;

/// <summary><c>topics alter NAME</c></summary>
internal static class TopicsAlterCommand
{
    public static Command Create(CliIo io)
    {
        var name = SharedOptions.Topic();
        var sets = Opt.Many("--config", "A setting and its new value; may be repeated.", "NAME=VALUE");
        var deletes = Opt.Many("--delete-config", "A setting that goes back to its default; may be repeated.", "NAME");
        var command = new Command("alter", "Change the settings of a topic.") { name, sets, deletes };
        CommandContext.SetAction(command, io, async context =>
        {
            var topic = context.Get(name);
            var changes = Opt.Pairs("--config", context.Get(sets)).ToDictionary(pair => pair.Key, pair => (string?)pair.Value);
            foreach (var deleted in context.Get(deletes) ?? []) changes[deleted] = null;
            if (changes.Count == 0) throw new UsageException("nothing to change: give --config NAME=VALUE or --delete-config NAME");
            await new Admin(context.Cluster).AlterTopicAsync(topic, changes, context.Cancellation);
            context.Report($"changed topic {topic}: {string.Join(", ", changes.Select(change => change.Value is null ? $"{change.Key} back to its default" : $"{change.Key}={change.Value}"))}", json =>
            {
                json.WriteString("topic", topic);
                json.WriteStartObject("changed");
                foreach (var change in changes) json.WriteString(change.Key, change.Value);
                json.WriteEndObject();
            });
        });
        return command;
    }
}
