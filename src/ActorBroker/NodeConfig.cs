using System.Globalization;
using System.Reflection;
using System.Text;
using ActorBroker.Controller;
using ActorBroker.Log.Files;
using ActorBroker.Messages;
using ActorBroker.Messages.Sessions;
using ActorBroker.Storage;
using Akka.Actor;
using Akka.Configuration;
using Akka.Configuration.Hocon;

namespace ActorBroker;

/// <summary>Puts a node's configuration together: options, then its file, then the broker's defaults, then the runtime's.</summary>
internal static class NodeConfig
{
    /// <summary>Of every node; members of one Akka cluster have one name.</summary>
    public const string SystemName = "ActorBroker";

    /// <exception cref="NodeStartException">The text is not HOCON, or a setting given as path=value is not.</exception>
    public static Config Build(BrokerNodeOptions options)
    {
        var config = Parse(options.Config ?? "", options.ConfigFile ?? "configuration", options.ConfigFile)
            .WithFallback(Reference())
            .WithFallback(SessionSerializer.DefaultConfig());
        if (options.IsEmbedded)
        {
            config = Overlay("broker.kafka.port = 0\nbroker.http.port = -1\nakka.remote.dot-netty.tcp.port = 0\nakka.loglevel = WARNING\nakka.coordinated-shutdown.run-by-clr-shutdown-hook = off", config, options);
        }

        foreach (var setting in options.Set)
        {
            var at = setting.IndexOf('=', StringComparison.Ordinal);
            if (at <= 0)
            {
                throw new NodeStartException($"--set {setting}: a setting is given as path=value");
            }

            config = Parse($"{setting[..at].Trim()} = {setting[(at + 1)..].Trim()}", $"--set {setting}", null).WithFallback(config);
        }

        config = Given(config, options);
        return Roles(config.GetInt("broker.node-id", 1)).WithFallback(config);
    }

    /// <summary>With the nodes that this one knew last as seeds, behind the configured ones.</summary>
    public static Config WithPeers(Config config, NodeId node, IReadOnlyList<(NodeId Node, string Address)> peers)
    {
        var tcp = config.GetConfig("akka.remote.dot-netty.tcp");
        var host = tcp.GetString("public-hostname", "") is { Length: > 0 } shown ? shown : tcp.GetString("hostname", "");
        var port = tcp.GetInt("public-port") is > 0 and var told ? told : tcp.GetInt("port");
        var self = port > 0 && host is not ("" or "0.0.0.0" or "::") ? new Address(tcp.GetBoolean("enable-ssl") ? "akka.ssl.tcp" : "akka.tcp", SystemName, host, port).ToString() : null;
        var seeds = PeersFile.Seeds([.. config.GetStringList("akka.cluster.seed-nodes")], peers, node, self);
        return ConfigurationFactory.ParseString($"akka.cluster.seed-nodes = [{string.Join(", ", seeds.Select(Quote))}]").WithFallback(config);
    }

    /// <summary>By its role a member of the Akka cluster says which node it is.</summary>
    private static Config Roles(int node) => ConfigurationFactory.ParseString($"akka.cluster.roles = [\"broker\", \"{ClusterPeers.RolePrefix}{node.ToString(CultureInfo.InvariantCulture)}\"]");

    /// <summary>What was configured wins over what is put in for an embedded node.</summary>
    private static Config Overlay(string text, Config config, BrokerNodeOptions options)
    {
        var own = Parse(options.Config ?? "", options.ConfigFile ?? "configuration", options.ConfigFile);
        return own.WithFallback(Parse(text, "embedded node", null)).WithFallback(config);
    }

    private static Config Given(Config config, BrokerNodeOptions options)
    {
        var lines = new List<string>();
        Add("broker.node-id", options.NodeId);
        Add("broker.kafka.port", options.KafkaPort);
        Add("broker.http.port", options.HttpPort);
        Add("akka.remote.dot-netty.tcp.port", options.AkkaPort);
        if (options.Seeds.Count > 0)
        {
            lines.Add($"akka.cluster.seed-nodes = [{string.Join(", ", options.Seeds.Select(Quote))}]");
        }

        if (options.DataFolder is { } folder)
        {
            lines.Add($"broker.data-dir = {Quote(folder)}");
        }

        return lines.Count == 0 ? config : Parse(string.Join('\n', lines), "options", null).WithFallback(config);

        void Add(string key, int? value)
        {
            if (value is { } given)
            {
                lines.Add(FormattableString.Invariant($"{key} = {given}"));
            }
        }
    }

    private static string Quote(string text) => '"' + text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + '"';

    private static Config Parse(string text, string source, string? file)
    {
        try
        {
            return file is null ? ConfigurationFactory.ParseString(text) : ParseFile(text, Path.GetDirectoryName(Path.GetFullPath(file))!);
        }
        catch (Exception cause) when (cause is not OutOfMemoryException)
        {
            // The parser knows the line, but not the name of the file.
            const string Unnamed = "HOCON:";
            var message = cause.Message.StartsWith(Unnamed, StringComparison.Ordinal) ? "line " + cause.Message[Unnamed.Length..] : cause.Message;
            throw new NodeStartException($"{file ?? source} cannot be read: {message}", cause);
        }
    }

    /// <summary>Includes are files, found from the folder of the one that names them.</summary>
    private static Config ParseFile(string text, string folder) => ConfigurationFactory.ParseString(text, name =>
    {
        var path = Path.Combine(folder, name);
        var bytes = new DiskFiles().ReadAll(path) ?? throw new NodeStartException($"include \"{name}\": {path} is missing");
        return new HoconRoot(ParseFile(Encoding.UTF8.GetString(bytes), Path.GetDirectoryName(path)!).Root);
    });

    private static Config Reference()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("ActorBroker.reference.conf")
            ?? throw new InvariantException("reference.conf is in the assembly");
        using var reader = new StreamReader(stream);
        return ConfigurationFactory.ParseString(reader.ReadToEnd());
    }
}
