using Akka.Actor;
using Akka.Persistence.Serialization;

namespace Akka.Persistence;

#nullable disable annotations // as Akka.NET has it: implementations of users are annotated or not

/// <summary>One event, as a journal gets and gives it.</summary>
public interface IPersistentRepresentation : IMessage
{
    /// <summary>The event, or what the event adapter made of it.</summary>
    object Payload { get; }

    /// <summary>The event adapter's; "" for none.</summary>
    string Manifest { get; }

    string PersistenceId { get; }

    /// <summary>From 1, without gaps.</summary>
    long SequenceNr { get; }

    /// <summary>UTC ticks at which the journal got it; 0: unknown.</summary>
    long Timestamp { get; }

    /// <summary>The incarnation that wrote it, see <see cref="Journal.ReplayFilter"/>.</summary>
    string WriterGuid { get; }

    bool IsDeleted { get; }

    /// <summary>Who sent the command; null after a replay.</summary>
    IActorRef Sender { get; }

    IPersistentRepresentation WithPayload(object payload);

    IPersistentRepresentation WithManifest(string manifest);

    IPersistentRepresentation WithTimestamp(long timestamp);

    IPersistentRepresentation Update(long sequenceNr, string persistenceId, bool isDeleted, IActorRef sender, string writerGuid);
}
