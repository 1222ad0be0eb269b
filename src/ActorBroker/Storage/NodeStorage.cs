using ActorBroker.Log.Files;
using ActorBroker.Messages;
using Akka.Actor;

namespace ActorBroker.Storage;

/// <summary>The node's disk and clock, and where things lie in its data folder. One per actor system.</summary>
/// <remarks>Immutable; any thread.</remarks>
public sealed class NodeStorage(ILogFiles files, string dataFolder, TimeProvider clock) : IExtension
{
    public ILogFiles Files { get; } = files;

    public string DataFolder { get; } = dataFolder;

    public TimeProvider Clock { get; } = clock;

    /// <summary>Folder whose children are the partitions' folders.</summary>
    public string PartitionsFolder => Path.Combine(DataFolder, "partitions");

    /// <summary>Folder of one partition: its log and its hard state.</summary>
    public string FolderOf(TopicPartition partition) => Path.Combine(PartitionsFolder, partition.ToString());

    /// <summary>Folder for the journal and snapshot of a persistent actor: a partition's own folder, or one below <c>state</c>.</summary>
    public string StateFolderOf(string persistenceId) =>
        persistenceId.StartsWith(PartitionIdPrefix, StringComparison.Ordinal)
            ? Path.Combine(PartitionsFolder, persistenceId[PartitionIdPrefix.Length..])
            : Path.Combine(DataFolder, "state", persistenceId);

    /// <summary>What the persistence id of a partition begins with; the rest is its folder's name.</summary>
    public const string PartitionIdPrefix = "partition:";

    public static NodeStorage Of(ActorSystem system) => system.GetExtension<NodeStorage>()
        ?? throw new InvalidOperationException("The actor system was not started as a broker node.");

    /// <summary>Puts the storage into a system before any of its actors needs it.</summary>
    public static void Register(ActorSystem system, NodeStorage storage) => system.RegisterExtension(new Id(storage));

    private sealed class Id(NodeStorage storage) : ExtensionIdProvider<NodeStorage>
    {
        public override NodeStorage CreateExtension(ExtendedActorSystem system) => storage;
    }
}
