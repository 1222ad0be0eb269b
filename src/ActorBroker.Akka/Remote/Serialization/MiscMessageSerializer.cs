using System.Runtime.Serialization;
using System.Text;
using Akka.Actor;
using Akka.Remote.Wire;
using Akka.Serialization;

namespace Akka.Remote.Serialization;

/// <summary>Identify, ActorIdentity, references, PoisonPill, Kill, Status and the heartbeats of watches. Identifier 16.</summary>
/// <remarks>Manifests and fields are Akka.NET's.</remarks>
public sealed class MiscMessageSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    private const string IdentifyManifest = "ID";
    private const string ActorIdentityManifest = "AID";
    private const string ActorRefManifest = "AR";
    private const string PoisonPillManifest = "PP";
    private const string KillManifest = "K";
    private const string HeartbeatManifest = "RWHB";
    private const string HeartbeatRspManifest = "RWHR";
    private const string SuccessManifest = "STS";
    private const string FailureManifest = "STF";

    private readonly PayloadSupport _payloads = new(system);

    public override int Identifier => 16;

    public override byte[] ToBinary(object obj) => obj switch
    {
        Identify identify => new Proto().Message(1, _payloads.ToProto(identify.MessageId)).ToArray(),
        ActorIdentity identity => Identity(identity).ToArray(),
        IActorRef actor => PayloadSupport.RefToProto(actor).ToArray(),
        PoisonPill or Kill or RemoteWatcher.Heartbeat => [],
        RemoteWatcher.HeartbeatRsp answer => new Proto().Number(1, (ulong)answer.AddressUid).ToArray(),
        Status.Success success => new Proto().Message(1, _payloads.ToProto(success.Status)).ToArray(),
        Status.Failure failure => Failure(failure).ToArray(),
        _ => throw new ArgumentException($"Cannot serialize object of type [{obj?.GetType()}]."),
    };

    public override string Manifest(object o) => o switch
    {
        Identify => IdentifyManifest,
        ActorIdentity => ActorIdentityManifest,
        IActorRef => ActorRefManifest,
        PoisonPill => PoisonPillManifest,
        Kill => KillManifest,
        RemoteWatcher.Heartbeat => HeartbeatManifest,
        RemoteWatcher.HeartbeatRsp => HeartbeatRspManifest,
        Status.Success => SuccessManifest,
        Status.Failure => FailureManifest,
        _ => throw new ArgumentException($"Cannot serialize object of type [{o?.GetType()}]."),
    };

    public override object FromBinary(byte[] bytes, string manifest)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        return manifest switch
        {
            IdentifyManifest => new Identify(_payloads.FromProto(Field(bytes, 1))!),
            ActorIdentityManifest => ReadIdentity(bytes),
            ActorRefManifest => _payloads.RefFromProto(bytes),
            PoisonPillManifest => PoisonPill.Instance,
            KillManifest => Kill.Instance,
            HeartbeatManifest => RemoteWatcher.Heartbeat.Instance,
            HeartbeatRspManifest => new RemoteWatcher.HeartbeatRsp(ReadUid(bytes)),
            SuccessManifest => new Status.Success(_payloads.FromProto(Field(bytes, 1))!),
            FailureManifest => new Status.Failure(ExceptionSupport.FromProto(Field(bytes, 1)), _payloads.FromProto(Field(bytes, 2))!),
            _ => throw new SerializationException($"Unimplemented deserialization of message with manifest [{manifest}] in [{nameof(MiscMessageSerializer)}]"),
        };
    }

    /// <summary>The last field of that number; empty when there is none.</summary>
    private static ReadOnlySpan<byte> Field(ReadOnlySpan<byte> bytes, int number)
    {
        ReadOnlySpan<byte> found = default;
        var fields = new ProtoSpan(bytes);
        while (fields.Next())
        {
            if (fields.Field == number)
            {
                found = fields.Bytes;
            }
        }

        return fields.IsBroken ? throw PayloadSupport.Broken() : found;
    }

    private static int ReadUid(byte[] bytes)
    {
        var fields = new ProtoSpan(bytes);
        ulong uid = 0;
        while (fields.Next())
        {
            uid = fields.Field == 1 ? fields.Number : uid;
        }

        return fields.IsBroken ? throw PayloadSupport.Broken() : (int)uid;
    }

    private Proto Identity(ActorIdentity identity)
    {
        var proto = new Proto().Message(1, _payloads.ToProto(identity.MessageId));
        return identity.Subject is { } subject ? proto.Text(2, Akka.Serialization.Serialization.SerializedActorPath(subject)) : proto;
    }

    private ActorIdentity ReadIdentity(byte[] bytes)
    {
        var path = Encoding.UTF8.GetString(Field(bytes, 2));
        return new ActorIdentity(_payloads.FromProto(Field(bytes, 1))!, path.Length == 0 ? null : system.Provider.ResolveActorRef(path));
    }

    private Proto Failure(Status.Failure failure) => new Proto()
        .Message(1, failure.Cause is null ? new Proto() : ExceptionSupport.ToProto(failure.Cause))
        .Message(2, _payloads.ToProto(failure.State));
}
