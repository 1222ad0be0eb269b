using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using ActorBroker.Cli.Client;
using ActorBroker.Cli.Output;

namespace ActorBroker.Cli.Commands;

/// <summary><c>cluster describe</c></summary>
internal static class ClusterDescribeCommand
{
    /// <summary>Of each list that has a row for a partition.</summary>
    private const int RowsMax = 20;

    public static Command Create(CliIo io)
    {
        var command = new Command("describe", "Show the cluster: who keeps its metadata, what is offline, what moves.");
        CommandContext.SetAction(command, io, async context =>
        {
            var admin = new ClusterAdmin(context.Cluster);
            var state = await admin.StateAsync(context.Cancellation);
            var quorum = await admin.QuorumAsync(context.Cancellation);
            if (context.IsJson) context.Json.Write(json => WriteJson(json, state, quorum));
            else WriteText(context.Output, state, quorum);
        });
        return command;
    }

    private static void WriteText(ByteOutput output, ClusterState state, QuorumState? quorum)
    {
        var leader = state.Controller < 0 ? "no metadata leader" : $"metadata leader {state.Controller}";
        output.WriteLine($"cluster {state.ClusterId ?? "without an id"}: {Count(state.Nodes.Count, "node")}, {leader}");
        output.WriteLine($"{Count(state.Topics.Count, "topic")}, {Count(state.PartitionCount, "partition")}: {state.Offline.Count()} offline, {state.Moves.Count} moving");
        if (quorum is not null)
        {
            output.WriteLine();
            output.WriteLine($"metadata log: epoch {quorum.Epoch}, committed before {quorum.HighWatermark}");
            var members = new TextTable("NODE", "ROLE", "LOG END", "LAG");
            foreach (var member in quorum.Members)
            {
                members.Add(Text(member.Node), member.Node == quorum.Leader ? "leader" : member.IsVoter ? "voter" : "observer", Text(member.LogEnd), Text(member.Lag));
            }

            members.WriteTo(output);
        }

        if (state.Offline.Any())
        {
            output.WriteLine();
            var offline = new TextTable("OFFLINE PARTITION", "REPLICAS");
            foreach (var (topic, partition) in state.Offline.Take(RowsMax)) offline.Add($"{topic.Name}-{partition.Index}", string.Join(',', partition.Replicas));
            offline.WriteTo(output);
            SayMore(output, state.Offline.Count());
        }

        if (state.Moves.Count > 0)
        {
            output.WriteLine();
            var moves = new TextTable("MOVING PARTITION", "FROM", "TO");
            foreach (var move in state.Moves.Take(RowsMax)) moves.Add(move.Name, string.Join(',', move.From), string.Join(',', move.To));
            moves.WriteTo(output);
            SayMore(output, state.Moves.Count);
        }
    }

    private static void SayMore(ByteOutput output, int rows)
    {
        if (rows > RowsMax) output.WriteLine($"… and {rows - RowsMax} more (--json has all)");
    }

    private static void WriteJson(Utf8JsonWriter json, ClusterState state, QuorumState? quorum)
    {
        json.WriteString("clusterId", state.ClusterId);
        json.WriteNumber("controller", state.Controller);
        ClusterJson.WriteArray(json, "brokers", state.Nodes, node => ClusterNodesCommand.WriteMembers(json, state, node));
        json.WriteNumber("topics", state.Topics.Count);
        json.WriteNumber("partitions", state.PartitionCount);
        if (quorum is not null)
        {
            json.WriteNumber("epoch", quorum.Epoch);
            json.WriteNumber("highWatermark", quorum.HighWatermark);
            ClusterJson.WriteArray(json, "voters", quorum.Members.Where(member => member.IsVoter), member => WriteMember(json, member));
            ClusterJson.WriteArray(json, "observers", quorum.Members.Where(member => !member.IsVoter), member => WriteMember(json, member));
        }

        ClusterJson.WriteArray(json, "offline", state.Offline, each =>
        {
            json.WriteString("topic", each.Topic.Name);
            json.WriteNumber("partition", each.Partition.Index);
            ClusterJson.WriteNumbers(json, "replicas", each.Partition.Replicas);
        });
        ClusterJson.WriteArray(json, "moves", state.Moves, move =>
        {
            json.WriteString("topic", move.Topic);
            json.WriteNumber("partition", move.Partition);
            ClusterJson.WriteNumbers(json, "from", move.From);
            ClusterJson.WriteNumbers(json, "to", move.To);
        });
    }

    private static void WriteMember(Utf8JsonWriter json, QuorumMember member)
    {
        json.WriteNumber("node", member.Node);
        json.WriteNumber("logEnd", member.LogEnd);
        json.WriteNumber("lag", member.Lag);
    }

    private static string Count(int count, string what) => $"{count} {what}{(count == 1 ? "" : "s")}";

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
