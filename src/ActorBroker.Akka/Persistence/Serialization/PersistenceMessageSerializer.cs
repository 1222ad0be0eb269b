using System.Collections.Immutable;
using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Serialization;

namespace Akka.Persistence.Serialization;

/// <summary>Writes persistent representations, atomic writes and the state of at-least-once delivery. Identifier 7.</summary>
public sealed class PersistenceMessageSerializer(ExtendedActorSystem system) : Serializer(system)
{
    public override bool IncludeManifest => true;

    public override byte[] ToBinary(object obj) => obj switch
    {
        IPersistentRepresentation persistent => Write(persistent),
        AtomicWrite atomic => atomic.Events.Aggregate(new ProtoWriter(), (writer, one) => writer.Message(1, Write(one))).ToArray(),
        AtLeastOnceDeliverySnapshot snapshot => Write(snapshot),
        _ => throw new ArgumentException($"Can't serialize object of type [{obj?.GetType()}] in [{GetType()}]", nameof(obj)),
    };

    public override object FromBinary(byte[] bytes, Type type)
    {
        if (typeof(IPersistentRepresentation).IsAssignableFrom(type))
        {
            return ReadPersistent(bytes);
        }

        if (type == typeof(AtomicWrite))
        {
            return ReadAtomicWrite(bytes);
        }

        return type == typeof(AtLeastOnceDeliverySnapshot)
            ? ReadSnapshot(bytes)
            : throw new SerializationException($"Unimplemented deserialization of message with type [{type}] in [{GetType()}]");
    }

    private byte[] Write(IPersistentRepresentation persistent) => new ProtoWriter()
        .Message(1, PersistentPayload.Write(system, persistent.Payload))
        .Number(2, persistent.SequenceNr)
        .Text(3, persistent.PersistenceId)
        .Number(4, persistent.IsDeleted ? 1 : 0)
        .Text(11, Akka.Serialization.Serialization.SerializedActorPath(persistent.Sender))
        .Text(12, persistent.Manifest)
        .Text(13, persistent.WriterGuid)
        .Number(14, persistent.Timestamp)
        .ToArray();

    private byte[] Write(AtLeastOnceDeliverySnapshot snapshot)
    {
        var writer = new ProtoWriter().Number(1, snapshot.CurrentDeliveryId);
        foreach (var delivery in snapshot.UnconfirmedDeliveries)
        {
            writer.Message(2, new ProtoWriter()
                .Number(1, delivery.DeliveryId)
                .Text(2, delivery.Destination.ToString())
                .Message(3, PersistentPayload.Write(system, delivery.Message))
                .ToArray());
        }

        return writer.ToArray();
    }

    private Persistent ReadPersistent(ReadOnlySpan<byte> bytes)
    {
        var reader = new ProtoReader(bytes);
        object? payload = null;
        var (sequenceNr, timestamp, isDeleted) = (0L, 0L, false);
        var (persistenceId, manifest, writerGuid) = ("", "", "");
        IActorRef? sender = null;
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    payload = PersistentPayload.Read(system, reader.Bytes);
                    break;
                case 2:
                    sequenceNr = reader.Number;
                    break;
                case 3:
                    persistenceId = reader.Text;
                    break;
                case 4:
                    isDeleted = reader.Number != 0;
                    break;
                case 11:
                    sender = system.Provider.ResolveActorRef(reader.Text);
                    break;
                case 12:
                    manifest = reader.Text;
                    break;
                case 13:
                    writerGuid = reader.Text;
                    break;
                case 14:
                    timestamp = reader.Number;
                    break;
            }
        }

        return new Persistent(payload!, sequenceNr, persistenceId, manifest, isDeleted, sender!, writerGuid, timestamp);
    }

    private AtomicWrite ReadAtomicWrite(ReadOnlySpan<byte> bytes)
    {
        var reader = new ProtoReader(bytes);
        var events = ImmutableArray.CreateBuilder<IPersistentRepresentation>();
        while (reader.Next())
        {
            if (reader.Field == 1)
            {
                events.Add(ReadPersistent(reader.Bytes));
            }
        }

        return new AtomicWrite(events.ToImmutable());
    }

    private AtLeastOnceDeliverySnapshot ReadSnapshot(ReadOnlySpan<byte> bytes)
    {
        var reader = new ProtoReader(bytes);
        var current = 0L;
        var deliveries = new List<UnconfirmedDelivery>();
        while (reader.Next())
        {
            if (reader.Field == 1)
            {
                current = reader.Number;
            }
            else if (reader.Field == 2)
            {
                deliveries.Add(ReadDelivery(reader.Bytes));
            }
        }

        return new AtLeastOnceDeliverySnapshot(current, [.. deliveries]);
    }

    private UnconfirmedDelivery ReadDelivery(ReadOnlySpan<byte> bytes)
    {
        var reader = new ProtoReader(bytes);
        var id = 0L;
        var destination = "";
        object? message = null;
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    id = reader.Number;
                    break;
                case 2:
                    destination = reader.Text;
                    break;
                case 3:
                    message = PersistentPayload.Read(system, reader.Bytes);
                    break;
            }
        }

        return ActorPath.TryParse(destination, out var path)
            ? new UnconfirmedDelivery(id, path, message!)
            : throw new SerializationException($"[{destination}] is not the path of an actor.");
    }
}
