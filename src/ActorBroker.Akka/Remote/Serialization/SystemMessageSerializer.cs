using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Dispatch.SysMsg;
using Akka.Remote.Wire;
using Akka.Serialization;

namespace Akka.Remote.Serialization;

/// <summary>Messages of the runtime itself that cross systems. Identifier 22; manifests are the names of Akka.NET's types.</summary>
public sealed class SystemMessageSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    private const string Prefix = "Akka.Dispatch.SysMsg.";
    private const string Suffix = ", Akka";

    private readonly PayloadSupport _payloads = new(system);

    public override int Identifier => 22;

    public override byte[] ToBinary(object obj) => obj switch
    {
        Watch watch => Pair(watch.Watchee, watch.Watcher),
        Unwatch unwatch => Pair(unwatch.Watchee, unwatch.Watcher),
        DeathWatchNotification death => new Proto().Message(1, PayloadSupport.RefToProto(death.Actor))
            .Number(2, death.ExistenceConfirmed ? 1UL : 0).Number(3, death.AddressTerminated ? 1UL : 0).ToArray(),
        Failed failed => new Proto().Message(1, PayloadSupport.RefToProto(failed.Child))
            .Message(2, ExceptionSupport.ToProto(failed.Cause)).Number(3, (ulong)failed.Uid).ToArray(),
        Recreate recreate => Cause(recreate.Cause),
        Resume resume => Cause(resume.CausedByFailure),
        Suspend or Terminate => [],
        _ => throw new ArgumentException($"Cannot send a system message of type [{obj?.GetType()}] to another system."),
    };

    public override string Manifest(object o) => o is Watch or Unwatch or DeathWatchNotification or Failed or Recreate or Resume or Suspend or Terminate
        ? Prefix + o.GetType().Name + Suffix
        : throw new ArgumentException($"Cannot send a system message of type [{o?.GetType()}] to another system.");

    public override object FromBinary(byte[] bytes, string manifest)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        ArgumentNullException.ThrowIfNull(manifest);
        var name = manifest.StartsWith(Prefix, StringComparison.Ordinal) ? manifest[Prefix.Length..].Split(',')[0] : "";
        return name switch
        {
            nameof(Watch) => new Watch(Actor(bytes, 1), Actor(bytes, 2)),
            nameof(Unwatch) => new Unwatch(Actor(bytes, 1), Actor(bytes, 2)),
            nameof(DeathWatchNotification) => new DeathWatchNotification(Actor(bytes, 1), Number(bytes, 2) != 0, Number(bytes, 3) != 0),
            nameof(Failed) => new Failed(Actor(bytes, 1), ExceptionSupport.FromProto(Field(bytes, 2)), (long)Number(bytes, 3)),
            nameof(Recreate) => new Recreate(ExceptionSupport.FromProto(Field(bytes, 1))),
            nameof(Resume) => new Resume(Field(bytes, 1) is { IsEmpty: false } cause ? ExceptionSupport.FromProto(cause) : null),
            nameof(Suspend) => new Suspend(),
            nameof(Terminate) => new Terminate(),
            _ => throw new SerializationException($"Unimplemented deserialization of message with manifest [{manifest}] in [{nameof(SystemMessageSerializer)}]"),
        };
    }

    private static byte[] Pair(IActorRef watchee, IActorRef watcher) => new Proto()
        .Message(1, PayloadSupport.RefToProto(watchee)).Message(2, PayloadSupport.RefToProto(watcher)).ToArray();

    private static byte[] Cause(Exception? cause) => cause is null ? [] : new Proto().Message(1, ExceptionSupport.ToProto(cause)).ToArray();

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

    private static ulong Number(ReadOnlySpan<byte> bytes, int number)
    {
        ulong found = 0;
        var fields = new ProtoSpan(bytes);
        while (fields.Next())
        {
            if (fields.Field == number)
            {
                found = fields.Number;
            }
        }

        return fields.IsBroken ? throw PayloadSupport.Broken() : found;
    }

    private IInternalActorRef Actor(byte[] bytes, int number) => _payloads.RefFromProto(Field(bytes, number)) as IInternalActorRef
        ?? throw PayloadSupport.Broken();
}
