using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using ActorBroker.Cli.Client;
using ActorBroker.Cli.Output;
using Settings = System.Collections.Generic.IReadOnlyDictionary<string, System.Collections.Generic.IReadOnlyDictionary<string, string?>>;

namespace ActorBroker.Cli.Commands;

/// <summary><c>cluster image</c></summary>
internal static class ClusterImageCommand
{
    public static Command Create(CliIo io)
    {
        var command = new Command("image", "Print all that the cluster knows of itself: nodes, topics with their settings, partitions, moves.");
        CommandContext.SetAction(command, io, async context =>
        {
            var admin = new ClusterAdmin(context.Cluster);
            var state = await admin.StateAsync(context.Cancellation);
            var settings = await admin.SettingsAsync(state.Topics.Select(topic => topic.Name), context.Cancellation);
            if (context.IsJson) context.Json.Write(json => WriteJson(json, state, settings));
            else WriteText(context.Output, state, settings);
        });
        return command;
    }

    private static void WriteText(ByteOutput output, ClusterState state, Settings settings)
    {
        output.WriteLine($"cluster {state.ClusterId ?? "without an id"}, metadata leader {(state.Controller < 0 ? "none" : Text(state.Controller))}");
        output.WriteLine();
        ClusterNodesCommand.Table(state).WriteTo(output);
        output.WriteLine();
        var topics = new TextTable("TOPIC", "ID", "PARTITIONS", "SETTINGS");
        var partitions = new TextTable("PARTITION", "LEADER", "EPOCH", "REPLICAS", "IN SYNC", "MOVES TO");
        foreach (var topic in state.Topics)
        {
            var own = settings.TryGetValue(topic.Name, out var known) && known.Count > 0 ? string.Join(' ', known.Select(setting => $"{setting.Key}={setting.Value}")) : "-";
            topics.Add(topic.Name, topic.Id.ToString(), Text(topic.Partitions.Count), own);
            foreach (var partition in topic.Partitions)
            {
                partitions.Add(
                    $"{topic.Name}-{partition.Index}",
                    partition.Leader < 0 ? "none" : Text(partition.Leader),
                    Text(partition.LeaderEpoch),
                    string.Join(',', partition.Replicas),
                    partition.InSync.Count == 0 ? "-" : string.Join(',', partition.InSync),
                    state.MoveOf(topic.Name, partition.Index) is { } move ? string.Join(',', move.To) : "-");
            }
        }

        topics.WriteTo(output);
        output.WriteLine();
        partitions.WriteTo(output);
    }

    private static void WriteJson(Utf8JsonWriter json, ClusterState state, Settings settings)
    {
        json.WriteString("clusterId", state.ClusterId);
        json.WriteNumber("controller", state.Controller);
        ClusterJson.WriteArray(json, "nodes", state.Nodes, node => ClusterNodesCommand.WriteMembers(json, state, node));
        ClusterJson.WriteArray(json, "topics", state.Topics, topic =>
        {
            json.WriteString("topic", topic.Name);
            json.WriteString("id", topic.Id);
            json.WriteBoolean("internal", topic.IsInternal);
            json.WriteStartObject("configs");
            foreach (var (name, value) in settings.GetValueOrDefault(topic.Name) ?? new Dictionary<string, string?>()) json.WriteString(name, value);
            json.WriteEndObject();
            ClusterJson.WriteArray(json, "partitions", topic.Partitions, partition =>
            {
                json.WriteNumber("partition", partition.Index);
                json.WriteNumber("leader", partition.Leader);
                json.WriteNumber("epoch", partition.LeaderEpoch);
                ClusterJson.WriteNumbers(json, "replicas", partition.Replicas);
                ClusterJson.WriteNumbers(json, "inSync", partition.InSync);
                if (state.MoveOf(topic.Name, partition.Index) is { } move) ClusterJson.WriteNumbers(json, "movesTo", move.To);
            });
        });
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
