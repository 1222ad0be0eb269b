using Akka.Actor;
using Akka.Persistence;

namespace ActorBroker.Controller;

/// <summary>Reads what a node of the time before clusters kept of its topics, so that a cluster founded on its data folder begins with them.</summary>
/// <remarks>Tells its parent <see cref="SingleNodeMetadataRead"/> and stops. Never writes: until the new log has everything, the old one does.</remarks>
internal sealed class SingleNodeMetadata : ReceivePersistentActor
{
    private readonly List<IMetadataEvent> _events = [];

    public SingleNodeMetadata()
    {
        Recover<SnapshotOffer>(offer => AddSnapshot((SingleNodeSnapshot)offer.Snapshot));
        Recover<IMetadataEvent>(_events.Add);
        Recover<RecoveryCompleted>(_ =>
        {
            Context.Parent.Tell(new SingleNodeMetadataRead(_events));
            Context.Stop(Self);
        });
    }

    public override string PersistenceId => "controller";

    private void AddSnapshot(SingleNodeSnapshot snapshot)
    {
        _events.Add(new ClusterCreated(snapshot.ClusterId));
        _events.AddRange(snapshot.Topics);
        _events.Add(new ProducerIdsReserved(snapshot.ProducerIdsEnd));
    }
}

/// <summary>Event: what was there; empty in a new folder.</summary>
internal sealed record SingleNodeMetadataRead(IReadOnlyList<IMetadataEvent> Events)
{
    public static readonly SingleNodeMetadataRead Nothing = new([]);

    /// <summary>The cluster that the folder belongs to; null for a new one.</summary>
    public Guid? ClusterId => Events.OfType<ClusterCreated>().LastOrDefault()?.ClusterId;
}
