using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using ActorBroker.Cli.Client;
using ActorBroker.Cli.Output;
using Described = ActorBroker.Kafka.Messages.DescribeGroupsResponse.DescribedGroup;

namespace ActorBroker.Cli.Commands;

/// <summary><c>groups describe GROUP</c></summary>
internal static class GroupsDescribeCommand
{
    private sealed record Progress(string Topic, int Partition, long Committed, long? End)
    {
        public long? Lag => End is { } end ? Math.Max(0, end - Committed) : null;
    }

    public static Command Create(CliIo io)
    {
        var name = new Argument<string>("GROUP") { Description = "Name of the group." };
        var command = new Command("describe", "Show a group: members, committed offsets, how far it is behind.") { name };
        CommandContext.SetAction(command, io, async context =>
        {
            var groups = new Groups(context.Cluster);
            var group = await groups.DescribeAsync(context.Get(name), context.Cancellation);
            var committed = await groups.CommittedAsync(group.GroupId, null, [], context.Cancellation);
            if (group.GroupState == "Dead" && committed.Count == 0) throw new CliException($"group '{group.GroupId}' does not exist: see `groups list`");
            var progress = await ProgressAsync(context, committed);
            if (context.IsJson) context.Json.Write(json => WriteJson(json, group, progress));
            else WriteText(context.Output, group, progress);
        });
        return command;
    }

    private static async Task<IReadOnlyList<Progress>> ProgressAsync(CommandContext context, IReadOnlyDictionary<(string Topic, int Partition), long> committed)
    {
        var progress = new List<Progress>();
        foreach (var topic in committed.GroupBy(offset => offset.Key.Topic).OrderBy(topic => topic.Key, StringComparer.Ordinal))
        {
            var partitions = topic.Select(offset => offset.Key.Partition).Order().ToArray();
            IReadOnlyDictionary<int, long> ends = new Dictionary<int, long>();
            try
            {
                ends = await new OffsetLookup(context.Cluster, topic.Key).FindAsync(partitions, OffsetLookup.End, isCommittedOnly: false, context.Cancellation);
            }
            catch (CliException failure) when (failure is not (ConnectionException or NoBrokerException))
            {
                await context.Io.Error.WriteLineAsync($"warning: {failure.Message}");   // deleted since: the commits outlive the topic
            }

            progress.AddRange(partitions.Select(partition => new Progress(
                topic.Key, partition, committed[(topic.Key, partition)], ends.TryGetValue(partition, out var end) ? end : null)));
        }

        return progress;
    }

    private static void WriteText(ByteOutput output, Described group, IReadOnlyList<Progress> progress)
    {
        output.WriteLine($"group {group.GroupId}: {group.GroupState}, {group.Members.Count} members{(group.ProtocolData.Length > 0 ? $", assignor {group.ProtocolData}" : "")}");
        if (group.Members.Count > 0)
        {
            output.WriteLine();
            var members = new TextTable("MEMBER", "CLIENT", "HOST");
            foreach (var member in group.Members) members.Add(member.MemberId, member.ClientId, member.ClientHost);
            members.WriteTo(output);
        }

        if (progress.Count == 0) return;
        output.WriteLine();
        var offsets = new TextTable("TOPIC", "PARTITION", "COMMITTED", "END", "LAG");
        foreach (var at in progress) offsets.Add(at.Topic, Text(at.Partition), Text(at.Committed), Text(at.End), Text(at.Lag));
        offsets.WriteTo(output);
    }

    private static void WriteJson(Utf8JsonWriter json, Described group, IReadOnlyList<Progress> progress)
    {
        json.WriteString("group", group.GroupId);
        json.WriteString("state", group.GroupState);
        json.WriteString("assignor", group.ProtocolData);
        json.WriteStartArray("members");
        foreach (var member in group.Members)
        {
            json.WriteStartObject();
            json.WriteString("member", member.MemberId);
            json.WriteString("client", member.ClientId);
            json.WriteString("host", member.ClientHost);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("offsets");
        foreach (var at in progress)
        {
            json.WriteStartObject();
            json.WriteString("topic", at.Topic);
            json.WriteNumber("partition", at.Partition);
            json.WriteNumber("committed", at.Committed);
            if (at.End is { } end) json.WriteNumber("end", end);
            if (at.Lag is { } lag) json.WriteNumber("lag", lag);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static string Text(long? number) => number is { } some ? some.ToString(CultureInfo.InvariantCulture) : "-";
}
