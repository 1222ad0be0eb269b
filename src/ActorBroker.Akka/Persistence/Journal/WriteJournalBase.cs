using System.Collections.Immutable;
using Akka.Actor;

namespace Akka.Persistence.Journal;

/// <summary>The part of a journal that adapts events on their way in and out.</summary>
public abstract class WriteJournalBase : ActorBase
{
    private readonly ActorSystem _system = Context.System;
    private readonly EventAdapters _adapters;

    protected WriteJournalBase()
    {
        var config = Persistence.Instance.Apply(_system).ConfigFor(Self, isJournal: true);
        _adapters = EventAdapters.Create((ExtendedActorSystem)_system, config);
    }

    /// <summary>The writes of a request, with adapted events and the time.</summary>
    protected IEnumerable<AtomicWrite> PreparePersistentBatch(IEnumerable<IPersistentEnvelope> resequenceables)
    {
        ArgumentNullException.ThrowIfNull(resequenceables);
        var now = _system.Scheduler.Now.UtcDateTime.Ticks;
        return resequenceables.OfType<AtomicWrite>().Select(write => new AtomicWrite(
            write.Events.Select(one => AdaptToJournal(
                one.Update(one.SequenceNr, one.PersistenceId, one.IsDeleted, ActorRefs.NoSender, one.WriterGuid).WithTimestamp(now))).ToImmutableArray()));
    }

    protected IEnumerable<IPersistentRepresentation> AdaptFromJournal(IPersistentRepresentation representation)
    {
        ArgumentNullException.ThrowIfNull(representation);
        var payload = representation.Payload is Tagged tagged ? tagged.Payload : representation.Payload;
        return _adapters.Get(payload.GetType()).FromJournal(payload, representation.Manifest).Events.Select(representation.WithPayload);
    }

    protected IPersistentRepresentation AdaptToJournal(IPersistentRepresentation representation)
    {
        ArgumentNullException.ThrowIfNull(representation);
        var payload = representation.Payload;
        var adapter = _adapters.Get(payload.GetType());
        return adapter is IdentityEventAdapter
            ? representation
            : representation.WithPayload(adapter.ToJournal(payload)).WithManifest(adapter.Manifest(payload));
    }
}
