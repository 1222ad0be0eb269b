using System.Runtime.Serialization;
using ActorBroker.Messages.Encoding;
using Akka.Actor;
using Akka.Configuration;
using Akka.Serialization;

namespace ActorBroker.Messages.Sessions;

/// <summary>Serializes every <see cref="ISessionMessage"/>. Any thread. README.md has the table of manifests.</summary>
public sealed class SessionSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    private static readonly MessageForm[] Forms = [.. SessionForms.All, .. ClusterForms.All, .. GroupForms.All];

    private static readonly Dictionary<Type, MessageForm> ByType = Forms.ToDictionary(form => form.Type);

    private static readonly Dictionary<string, MessageForm> ByManifest = Forms.ToDictionary(form => form.Manifest, StringComparer.Ordinal);

    /// <summary>Part of the protocol: it never changes.</summary>
    public override int Identifier => 4712;

    /// <exception cref="ArgumentException">Not a message of the protocol.</exception>
    public override byte[] ToBinary(object obj) => FormOf(obj).Write((ISessionMessage)obj);

    /// <exception cref="ArgumentException">Not a message of the protocol.</exception>
    public override string Manifest(object o) => FormOf(o).Manifest;

    /// <summary>Blocks of bytes in the message are slices of <paramref name="bytes"/>.</summary>
    /// <exception cref="SerializationException">The manifest is not known, or the bytes are not what it says.</exception>
    public override object FromBinary(byte[] bytes, string manifest)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        ArgumentNullException.ThrowIfNull(manifest);
        return ByManifest.TryGetValue(manifest, out var form)
            ? form.Read(bytes)
            : throw new SerializationException($"The manifest [{manifest}] is not known to the session protocol, version {SessionProtocol.Version}. Is the other side newer?");
    }

    /// <summary>Makes a system use this serializer, whatever its configuration says. Safe to call more than once.</summary>
    public static void Register(ActorSystem system)
    {
        ArgumentNullException.ThrowIfNull(system);
        var serializer = new SessionSerializer((ExtendedActorSystem)system);
        ((ExtendedActorSystem)system).Serialization.AddSerializer("actorbroker-session", serializer);
        ((ExtendedActorSystem)system).Serialization.AddSerializationMap(typeof(ISessionMessage), serializer);
    }

    /// <summary>The same as configuration.</summary>
    public static Config DefaultConfig() => ConfigurationFactory.ParseString("""
        akka.actor {
          serializers.actorbroker-session = "ActorBroker.Messages.Sessions.SessionSerializer, ActorBroker.Messages"
          serialization-bindings { "ActorBroker.Messages.Sessions.ISessionMessage, ActorBroker.Messages" = actorbroker-session }
          serialization-identifiers { "ActorBroker.Messages.Sessions.SessionSerializer, ActorBroker.Messages" = 4712 }
        }
        """);

    private static MessageForm FormOf(object message) => message is not null && ByType.TryGetValue(message.GetType(), out var form)
        ? form
        : throw new ArgumentException($"[{message?.GetType()}] is not a message of the session protocol.");
}
