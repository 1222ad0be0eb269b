using System.Text.RegularExpressions;

namespace ActorBroker.Tests.Conventions;

/// <summary>Who may name whom inside a project, by <c>using</c> lines and qualified names.</summary>
public static class Layers
{
    private const string Broker = "src/ActorBroker/";

    /// <param name="Folder">The beginning of a path.</param>
    /// <param name="Forbidden">Looked for in code.</param>
    public sealed record Layer(string Folder, string Forbidden, string Reason);

    public static readonly IReadOnlyList<Layer> All =
    [
        new("src/ActorBroker.Log/", NamesOf("Akka", "ActorBroker.(Kafka|Messages|Sessions|Partitions|Akka)", "Microsoft.Extensions", "System.Diagnostics.Tracing"),
            "the log returns facts, the owning actor tells people"),
        new("src/ActorBroker.Kafka/", NamesOf("Akka", "ActorBroker.(Log|Messages|Sessions|Partitions|Akka)", "Microsoft.Extensions", "System.Net", "System.IO"),
            "the protocol is bytes and values: no actors, no I/O, no logging"),
        new("src/ActorBroker.Messages/", NamesOf("Akka.(?!Actor|Serialization|Configuration)", "ActorBroker.(Kafka|Sessions|Partitions|Controller)"), "messages know no actor but its reference, and how they are serialized"),
        new("src/ActorBroker.Akka/", NamesOf("ActorBroker.(?!Akka)"), "the runtime knows nothing of brokers"),
        new("src/ActorBroker.Raft/", NamesOf("Akka", "ActorBroker.(?!Raft)", "Microsoft.Extensions", "System.(IO|Net|Threading)"),
            "the core is a pure state machine: its caller carries out what it says"),
        new(Broker + "Replication/", NamesOf("ActorBroker.(Sessions|Groups|Transactions|Partitions|Controller)"), "replication is below partitions"),
        new(Broker + "Partitions/", NamesOf("ActorBroker.(Sessions|Groups|Transactions)"), "partitions are below sessions and coordinators"),
        new(Broker + "Controller/", NamesOf("ActorBroker.(Sessions|Groups|Transactions)"), "the controller publishes its image to all and imports partitions only"),
        new(Broker + "Storage/", NamesOf("ActorBroker.(Sessions|Groups|Transactions)"), "storage is below sessions and coordinators"),
        new(Broker + "Groups/", NamesOf("ActorBroker.(Sessions|Transactions)"), "coordinators are below sessions"),
        new(Broker + "Transactions/", NamesOf("ActorBroker.(Sessions|Groups)"), "coordinators are below sessions"),
    ];

    public static IEnumerable<Finding> Find(SourceFile file)
    {
        foreach (var layer in All.Where(layer => file.IsIn(layer.Folder)))
        {
            foreach (Match match in Regex.Matches(file.Code, layer.Forbidden, RegexOptions.Multiline))
            {
                yield return new Finding(file.Path, file.LineAt(match.Index), $"`{match.Value.Trim()}` points the wrong way: {layer.Reason}.");
            }
        }
    }

    private static string NamesOf(params string[] spaces) =>
        $@"(^\s*(global\s+)?using\s+(static\s+)?(\w+\s*=\s*)?|global::)({string.Join('|', spaces.Select(space => space.Replace(".", @"\.", StringComparison.Ordinal)))})(?=[\w.]*;|\.)[\w.]*";
}
