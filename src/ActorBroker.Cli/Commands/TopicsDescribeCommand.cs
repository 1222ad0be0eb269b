using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using ActorBroker.Cli.Client;
using ActorBroker.Cli.Output;
using Config = ActorBroker.Kafka.Messages.DescribeConfigsResponse.DescribeConfigsResourceResult;

namespace ActorBroker.Cli.Commands;

/// <summary><c>topics describe NAME</c></summary>
internal static class TopicsDescribeCommand
{
    private const sbyte DefaultSource = 5;   // DescribeConfigs: the value is the built-in default

    public static Command Create(CliIo io)
    {
        var name = SharedOptions.Topic();
        var command = new Command("describe", "Show a topic: partitions, leaders, epochs, offsets, settings.") { name };
        CommandContext.SetAction(command, io, async context =>
        {
            var topic = await context.Cluster.TopicAsync(context.Get(name), context.Cancellation);
            var led = topic.Partitions.Where(partition => partition.Leader >= 0).Select(partition => partition.Index).ToArray();
            var lookup = new OffsetLookup(context.Cluster, topic.Name);
            var starts = await lookup.FindAsync(led, OffsetLookup.Start, isCommittedOnly: false, context.Cancellation);
            var ends = await lookup.FindAsync(led, OffsetLookup.End, isCommittedOnly: false, context.Cancellation);
            var configs = await new Admin(context.Cluster).TopicConfigsAsync(topic.Name, context.Cancellation);
            if (context.IsJson) context.Json.Write(json => WriteJson(json, topic, starts, ends, configs));
            else WriteText(context.Output, topic, starts, ends, configs);
        });
        return command;
    }

    private static void WriteText(
        ByteOutput output, TopicInfo topic, IReadOnlyDictionary<int, long> starts, IReadOnlyDictionary<int, long> ends, IReadOnlyList<Config>? configs)
    {
        var records = topic.Partitions.Sum(partition => ends.GetValueOrDefault(partition.Index) - starts.GetValueOrDefault(partition.Index));
        output.WriteLine($"topic {topic.Name}: {topic.Partitions.Count} partitions, replication factor {topic.ReplicationFactor}, {records} offsets in use, id {Id(topic.Id)}");
        output.WriteLine();
        var table = new TextTable("PARTITION", "LEADER", "EPOCH", "START", "END", "REPLICAS", "IN SYNC");
        foreach (var partition in topic.Partitions)
        {
            table.Add(
                Text(partition.Index),
                partition.Leader < 0 ? "none" : Text(partition.Leader),
                Text(partition.LeaderEpoch),
                starts.TryGetValue(partition.Index, out var start) ? Text(start) : "-",
                ends.TryGetValue(partition.Index, out var end) ? Text(end) : "-",
                string.Join(',', partition.Replicas),
                string.Join(',', partition.InSync));
        }

        table.WriteTo(output);
        if (configs is not { Count: > 0 }) return;
        output.WriteLine();
        var settings = new TextTable("SETTING", "VALUE", "FROM");
        foreach (var config in configs) settings.Add(config.Name, config.Value ?? "null", IsDefault(config) ? "default" : "topic or broker");
        settings.WriteTo(output);
    }

    private static void WriteJson(
        Utf8JsonWriter json, TopicInfo topic, IReadOnlyDictionary<int, long> starts, IReadOnlyDictionary<int, long> ends, IReadOnlyList<Config>? configs)
    {
        json.WriteString("topic", topic.Name);
        json.WriteString("id", Id(topic.Id));
        json.WriteBoolean("internal", topic.IsInternal);
        json.WriteNumber("replicationFactor", topic.ReplicationFactor);
        json.WriteStartArray("partitions");
        foreach (var partition in topic.Partitions)
        {
            json.WriteStartObject();
            json.WriteNumber("partition", partition.Index);
            json.WriteNumber("leader", partition.Leader);
            json.WriteNumber("epoch", partition.LeaderEpoch);
            if (starts.TryGetValue(partition.Index, out var start)) json.WriteNumber("start", start);
            if (ends.TryGetValue(partition.Index, out var end)) json.WriteNumber("end", end);
            WriteNumbers(json, "replicas", partition.Replicas);
            WriteNumbers(json, "inSync", partition.InSync);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartObject("configs");
        foreach (var config in configs ?? []) json.WriteString(config.Name, config.Value);
        json.WriteEndObject();
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, IReadOnlyList<int> numbers)
    {
        json.WriteStartArray(name);
        foreach (var number in numbers) json.WriteNumberValue(number);
        json.WriteEndArray();
    }

    private static bool IsDefault(Config config) => config.ConfigSource == DefaultSource;

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>As Kafka's tools print it: base64 of the bytes, safe in URLs, without padding.</summary>
    private static string Id(Guid id) => Convert.ToBase64String(id.ToByteArray(bigEndian: true)).Replace('+', '-').Replace('/', '_').TrimEnd('=');
}
