using System.CommandLine;
using System.Globalization;
using ActorBroker.Cli.Output;

namespace ActorBroker.Cli.Commands;

/// <summary><c>cluster describe</c></summary>
internal static class ClusterCommand
{
    public static Command Create(CliIo io)
    {
        var describe = new Command("describe", "Show the brokers.");
        CommandContext.SetAction(describe, io, async context =>
        {
            var metadata = await context.Cluster.MetadataAsync([], context.Cancellation);
            var brokers = metadata.Brokers.OrderBy(broker => broker.NodeId).ToArray();
            if (context.IsJson)
            {
                context.Json.Write(json =>
                {
                    json.WriteString("clusterId", metadata.ClusterId);
                    json.WriteNumber("controller", metadata.ControllerId);
                    json.WriteStartArray("brokers");
                    foreach (var broker in brokers)
                    {
                        json.WriteStartObject();
                        json.WriteNumber("node", broker.NodeId);
                        json.WriteString("host", broker.Host);
                        json.WriteNumber("port", broker.Port);
                        json.WriteString("rack", broker.Rack);
                        json.WriteEndObject();
                    }

                    json.WriteEndArray();
                });
                return;
            }

            context.Output.WriteLine($"cluster {metadata.ClusterId ?? "without an id"}: {brokers.Length} brokers, controller {metadata.ControllerId}");
            context.Output.WriteLine();
            var table = new TextTable("NODE", "HOST", "PORT", "RACK");
            foreach (var broker in brokers)
            {
                table.Add(broker.NodeId.ToString(CultureInfo.InvariantCulture), broker.Host, broker.Port.ToString(CultureInfo.InvariantCulture), broker.Rack ?? "-");
            }

            table.WriteTo(context.Output);
        });
        return new Command("cluster", "Look at the cluster.") { describe };
    }
}
