using System.Text;
using Akka.Actor;

namespace Akka.Persistence.Serialization;

/// <summary>An object of the user's inside of a persisted one: <c>{serializerId 1, payload 2, manifest 3}</c>.</summary>
internal static class PersistentPayload
{
    public static byte[] Write(ExtendedActorSystem system, object payload)
    {
        var serializer = system.Serialization.FindSerializerFor(payload);
        return new ProtoWriter()
            .Number(1, serializer.Identifier)
            .Bytes(2, serializer.ToBinary(payload))
            .Bytes(3, payload is null ? [] : Encoding.UTF8.GetBytes(Akka.Serialization.Serialization.ManifestFor(serializer, payload)))
            .ToArray();
    }

    public static object Read(ExtendedActorSystem system, ReadOnlySpan<byte> bytes)
    {
        var reader = new ProtoReader(bytes);
        var serializerId = 0;
        byte[] payload = [];
        var manifest = "";
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    serializerId = (int)reader.Number;
                    break;
                case 2:
                    payload = reader.Bytes.ToArray();
                    break;
                case 3:
                    manifest = reader.Text;
                    break;
            }
        }

        return system.Serialization.Deserialize(payload, serializerId, manifest);
    }
}
