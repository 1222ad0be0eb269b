using System.Runtime.Serialization;
using System.Text;
using Akka.Actor;
using Akka.Remote.Wire;

namespace Akka.Remote.Serialization;

/// <summary>Messages inside of messages, with the serializer and manifest that they need. Source: Akka.NET's Payload.</summary>
internal sealed class PayloadSupport(ExtendedActorSystem system)
{
    /// <summary>Messages may hold messages; deeper nesting is not a message but an attack.</summary>
    private const int DepthMax = 16;

    [ThreadStatic]
    private static int _depth;

    public Proto ToProto(object? value)
    {
        if (value is null)
        {
            return new Proto();
        }

        var serializer = system.Serialization.FindSerializerFor(value);
        return new Proto()
            .Message(1, serializer.ToBinary(value))
            .Number(2, (ulong)(long)serializer.Identifier)
            .Text(3, Akka.Serialization.Serialization.ManifestFor(serializer, value));
    }

    /// <exception cref="SerializationException">Not a payload, or one that nobody here can read.</exception>
    public object? FromProto(ReadOnlySpan<byte> bytes)
    {
        if (!EnvelopeFrame.TryReadPayload(bytes, out var message, out var serializerId, out var manifest))
        {
            throw Broken();
        }

        if (serializerId == 0 && message.IsEmpty)
        {
            return null;
        }

        if (_depth >= DepthMax)
        {
            throw new SerializationException($"A message is nested deeper than {DepthMax} times.");
        }

        _depth++;
        try
        {
            return system.Serialization.Deserialize(message.ToArray(), serializerId, Encoding.UTF8.GetString(manifest));
        }
        finally
        {
            _depth--;
        }
    }

    public static Proto RefToProto(IActorRef? actor) => new Proto().Text(1, Akka.Serialization.Serialization.SerializedActorPath(actor!));

    /// <summary>The actor of an ActorRefData; nobody for an empty path.</summary>
    public IActorRef RefFromProto(ReadOnlySpan<byte> bytes)
    {
        var path = Encoding.UTF8.GetString(EnvelopeFrame.PathOf(bytes));
        return path.Length == 0 ? ActorRefs.Nobody : system.Provider.ResolveActorRef(path);
    }

    public static SerializationException Broken() => new("The bytes are not the message that their manifest says.");
}
