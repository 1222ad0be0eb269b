using System.CommandLine;

namespace ActorBroker.Node;

/// <summary>The command line of the node program.</summary>
internal static class NodeCommand
{
    /// <summary>The file that is read when none is named and it is there.</summary>
    private const string DefaultConfigFile = "broker.hocon";

    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter errors)
    {
        var config = new Option<FileInfo?>("--config") { Description = $"Settings (HOCON). Default: {DefaultConfigFile} in the current folder, if it is there.", HelpName = "FILE" };
        var nodeId = new Option<int?>("--node-id") { Description = "Number of this node in the cluster (broker.node-id).", HelpName = "N" };
        var data = new Option<string?>("--data") { Description = "Folder for all data (broker.data-dir).", HelpName = "DIR" };
        var kafkaPort = new Option<int?>("--kafka-port") { Description = "Port for Kafka clients, 0: any free one (broker.kafka.port).", HelpName = "P" };
        var akkaPort = new Option<int?>("--akka-port") { Description = "Port for Akka systems (akka.remote.dot-netty.tcp.port).", HelpName = "P" };
        var httpPort = new Option<int?>("--http-port") { Description = "Port that answers /health, 0: any free one, -1: none (broker.http.port).", HelpName = "P" };
        var seed = new Option<string[]>("--seed")
        {
            Description = "A node of the cluster to join, akka.tcp://ActorBroker@host:port; may be repeated (akka.cluster.seed-nodes). None: a cluster of its own, or the one that the node was in.",
            HelpName = "ADDRESS",
            DefaultValueFactory = _ => [],
        };
        var set = new Option<string[]>("--set") { Description = "Any setting, path=value; may be repeated.", HelpName = "path=value", DefaultValueFactory = _ => [] };
        var root = new RootCommand("Starts an ActorBroker node and runs it until SIGTERM or Ctrl-C.") { config, nodeId, data, kafkaPort, akkaPort, httpPort, seed, set };
        root.SetAction((parsed, cancellation) =>
        {
            var options = new BrokerNodeOptions
            {
                IsEmbedded = false,
                NodeId = parsed.GetValue(nodeId),
                DataFolder = parsed.GetValue(data),
                KafkaPort = parsed.GetValue(kafkaPort),
                AkkaPort = parsed.GetValue(akkaPort),
                HttpPort = parsed.GetValue(httpPort),
                Seeds = parsed.GetValue(seed) ?? [],
                Set = parsed.GetValue(set) ?? [],
            };
            return StartAsync(options, parsed.GetValue(config), output, errors);
        });
        return await root.Parse(args).InvokeAsync(new InvocationConfiguration { Output = output, Error = errors, ProcessTerminationTimeout = null }).ConfigureAwait(false);
    }

    private static async Task<int> StartAsync(BrokerNodeOptions options, FileInfo? named, TextWriter output, TextWriter errors)
    {
        try
        {
            var file = ReadConfig(named);
            await NodeHost.RunAsync(options with { Config = file?.Text, ConfigFile = file?.Name }, output).ConfigureAwait(false);
            return 0;
        }
        catch (NodeStartException cause)
        {
            await errors.WriteLineAsync($"actorbroker-node: {cause.Message}").ConfigureAwait(false);
            return 1;
        }
    }

    private static (string Name, string Text)? ReadConfig(FileInfo? named)
    {
        var path = named?.FullName ?? Path.GetFullPath(DefaultConfigFile);
        if (named is null && !File.Exists(path))
        {
            return null;
        }

        try
        {
            return (named?.ToString() ?? DefaultConfigFile, File.ReadAllText(path));
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new NodeStartException($"{named} cannot be read: {cause.Message}", cause);
        }
    }
}
