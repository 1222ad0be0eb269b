using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using ActorBroker.Cli.Client;
using ActorBroker.Cli.Output;

namespace ActorBroker.Cli.Commands;

/// <summary><c>cluster nodes</c></summary>
internal static class ClusterNodesCommand
{
    public static Command Create(CliIo io)
    {
        var command = new Command("nodes", "List the nodes: where they are, whether they can be reached, what they lead.");
        CommandContext.SetAction(command, io, async context =>
        {
            var state = await new ClusterAdmin(context.Cluster).StateAsync(context.Cancellation);
            if (!context.IsJson)
            {
                Table(state).WriteTo(context.Output);
                return;
            }

            foreach (var node in state.Nodes) context.Json.Write(json => WriteMembers(json, state, node));
        });
        return command;
    }

    public static TextTable Table(ClusterState state)
    {
        var table = new TextTable("NODE", "ADDRESS", "RACK", "STATUS", "LEADS");
        foreach (var node in state.Nodes)
        {
            table.Add(
                node.Id.ToString(CultureInfo.InvariantCulture),
                $"{node.Host}:{node.Port}",
                string.IsNullOrEmpty(node.Rack) ? "-" : node.Rack,
                node.Status,
                state.LedBy(node.Id).ToString(CultureInfo.InvariantCulture));
        }

        return table;
    }

    public static void WriteMembers(Utf8JsonWriter json, ClusterState state, NodeState node)
    {
        json.WriteNumber("node", node.Id);
        json.WriteString("host", node.Host);
        json.WriteNumber("port", node.Port);
        json.WriteString("rack", node.Rack);
        json.WriteString("status", node.Status);
        json.WriteNumber("leads", state.LedBy(node.Id));
    }
}
