using Akka.Actor;

namespace Akka.Persistence;

#nullable disable annotations // as in IPersistentRepresentation

/// <summary>The one implementation of <see cref="IPersistentRepresentation"/>. Immutable.</summary>
public class Persistent : IPersistentRepresentation, IEquatable<IPersistentRepresentation>
{
    public Persistent(
        object payload,
        long sequenceNr = 0L,
        string persistenceId = null,
        string manifest = null,
        bool isDeleted = false,
        IActorRef sender = null,
        string writerGuid = null,
        long timestamp = 0L)
    {
        Payload = payload;
        SequenceNr = sequenceNr;
        PersistenceId = persistenceId ?? Undefined;
        Manifest = manifest ?? Undefined;
        IsDeleted = isDeleted;
        Sender = sender;
        WriterGuid = writerGuid ?? Undefined;
        Timestamp = timestamp;
    }

    /// <summary>What stands for "not known".</summary>
    public static string Undefined { get; } = "";

    public object Payload { get; }

    public string Manifest { get; }

    public string PersistenceId { get; }

    public long SequenceNr { get; }

    public long Timestamp { get; }

    public string WriterGuid { get; }

    public bool IsDeleted { get; }

    public IActorRef Sender { get; }

    public IPersistentRepresentation WithPayload(object payload) =>
        new Persistent(payload, SequenceNr, PersistenceId, Manifest, IsDeleted, Sender, WriterGuid, Timestamp);

    public IPersistentRepresentation WithManifest(string manifest) => Manifest == manifest
        ? this
        : new Persistent(Payload, SequenceNr, PersistenceId, manifest, IsDeleted, Sender, WriterGuid, Timestamp);

    public IPersistentRepresentation WithTimestamp(long timestamp) => Timestamp == timestamp
        ? this
        : new Persistent(Payload, SequenceNr, PersistenceId, Manifest, IsDeleted, Sender, WriterGuid, timestamp);

    public IPersistentRepresentation Update(long sequenceNr, string persistenceId, bool isDeleted, IActorRef sender, string writerGuid) =>
        new Persistent(Payload, sequenceNr, persistenceId, Manifest, isDeleted, sender, writerGuid, Timestamp);

    public bool Equals(IPersistentRepresentation other) =>
        other is not null
        && SequenceNr == other.SequenceNr
        && PersistenceId == other.PersistenceId
        && Manifest == other.Manifest
        && IsDeleted == other.IsDeleted
        && WriterGuid == other.WriterGuid
        && Timestamp == other.Timestamp
        && Equals(Sender, other.Sender)
        && Equals(Payload, other.Payload);

    public bool Equals(Persistent other) => Equals((IPersistentRepresentation)other);

    public override bool Equals(object obj) => Equals(obj as IPersistentRepresentation);

    public override int GetHashCode() => HashCode.Combine(PersistenceId, SequenceNr, Manifest, WriterGuid, Timestamp, Payload);

    public override string ToString() =>
        $"Persistent<pid: {PersistenceId}, seqNr: {SequenceNr}, deleted: {IsDeleted}, manifest: {Manifest}, sender: {Sender}, payload: {Payload}, writerGuid: {WriterGuid}>";
}
