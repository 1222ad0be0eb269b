using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Serialization;

namespace Akka.Persistence.Serialization;

/// <summary>Writes a <see cref="Snapshot"/> with the serializer of what is in it. Identifier 8.</summary>
public class PersistenceSnapshotSerializer(ExtendedActorSystem system) : Serializer(system)
{
    public override bool IncludeManifest => true;

    public override byte[] ToBinary(object obj) => obj is Snapshot snapshot
        ? PersistentPayload.Write(system, snapshot.Data)
        : throw new ArgumentException($"Can't serialize object of type [{obj?.GetType()}] in [{GetType()}]", nameof(obj));

    public override object FromBinary(byte[] bytes, Type type) => type == typeof(Snapshot)
        ? new Snapshot(PersistentPayload.Read(system, bytes))
        : throw new SerializationException($"Unimplemented deserialization of message with type [{type}] in [{GetType()}]");
}
