using ActorBroker.Log.Files;

namespace ActorBroker;

/// <summary>How a <see cref="BrokerNode"/> is started. What is not set here comes from <see cref="Config"/>, then from the defaults
/// (reference.conf), except that an embedded node uses free ports and a temporary data folder.</summary>
public sealed record BrokerNodeOptions
{
    /// <summary>HOCON text; wins over the defaults.</summary>
    public string? Config { get; init; }

    /// <summary>Name of the file that <see cref="Config"/> was read from, for messages.</summary>
    public string? ConfigFile { get; init; }

    /// <summary>Single settings, <c>path=value</c>; win over <see cref="Config"/>.</summary>
    public IReadOnlyList<string> Set { get; init; } = [];

    public int? NodeId { get; init; }

    /// <summary>Members of the cluster to ask for admission, <c>akka.tcp://ActorBroker@host:port</c>; empty: as configured, or a cluster of its own.</summary>
    public IReadOnlyList<string> Seeds { get; init; } = [];

    /// <summary>Folder for all data. Null: a temporary one, deleted when the node is disposed, unless <see cref="Config"/> counts, see <see cref="IsEmbedded"/>.</summary>
    public string? DataFolder { get; init; }

    /// <summary>0: any free port.</summary>
    public int? KafkaPort { get; init; }

    public int? AkkaPort { get; init; }

    /// <summary>0: any free port; −1: no health endpoint.</summary>
    public int? HttpPort { get; init; }

    /// <summary>True (the default): free ports and a temporary folder where nothing else is said. False: as configured, for a node of its own process.</summary>
    public bool IsEmbedded { get; init; } = true;

    /// <summary>The disk; null: the real one.</summary>
    public ILogFiles? Files { get; init; }

    /// <summary>Of the node's chance; null: another one for every data folder.</summary>
    public int? Seed { get; init; }

    /// <summary>The clock; null: the real one.</summary>
    public TimeProvider? Clock { get; init; }
}
