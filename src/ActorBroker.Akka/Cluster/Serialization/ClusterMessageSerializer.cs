using System.Runtime.Serialization;
using System.Text;
using Akka.Actor;
using Akka.Remote.Wire;
using Akka.Serialization;

namespace Akka.Cluster.Serialization;

/// <summary>What members tell each other. Identifier 5.</summary>
/// <remarks>Manifests and layout are this runtime's own: a cluster is of one runtime.</remarks>
public sealed class ClusterMessageSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    public override int Identifier => 5;

    public override string Manifest(object o) => o switch
    {
        InitJoin => "IJ",
        InitJoinAck => "IJA",
        InitJoinNack => "IJN",
        Join => "J",
        Welcome => "W",
        GossipEnvelope => "GE",
        GossipStatus => "GS",
        LeaveMember => "L",
        DownMember => "D",
        ExitingConfirmed => "EC",
        Heartbeat => "HB",
        HeartbeatRsp => "HBR",
        _ => throw new ArgumentException($"Cannot serialize object of type [{o?.GetType()}].", nameof(o)),
    };

    public override byte[] ToBinary(object obj) => (obj switch
    {
        InitJoin => new Proto(),
        InitJoinAck ack => new Proto().Text(1, ack.Address.ToString()),
        InitJoinNack nack => new Proto().Text(1, nack.Address.ToString()),
        Join join => Write(join),
        Welcome welcome => new Proto().Message(1, Write(welcome.From)).Message(3, GossipProto.Write(welcome.Gossip)),
        GossipEnvelope envelope => new Proto().Message(1, Write(envelope.From)).Message(2, Write(envelope.To)).Message(3, GossipProto.Write(envelope.Gossip)),
        GossipStatus status => new Proto().Message(1, Write(status.From)).Message(2, GossipProto.Write(status.Version)).Number(3, (uint)status.SeenHash),
        LeaveMember leave => new Proto().Text(1, leave.Address.ToString()),
        DownMember down => new Proto().Text(1, down.Address.ToString()),
        ExitingConfirmed confirmed => new Proto().Message(1, Write(confirmed.Address)),
        Heartbeat beat => new Proto().Text(1, beat.From.ToString()).Number(2, (ulong)beat.SequenceNr).Number(3, (ulong)beat.CreationTime),
        HeartbeatRsp answer => new Proto().Message(1, Write(answer.From)).Number(2, (ulong)answer.SequenceNr).Number(3, (ulong)answer.CreationTime),
        _ => throw new ArgumentException($"Cannot serialize object of type [{obj?.GetType()}].", nameof(obj)),
    }).ToArray();

    public override object FromBinary(byte[] bytes, string manifest)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        var fields = new Fields(bytes);
        return manifest switch
        {
            "IJ" => InitJoin.Instance,
            "IJA" => new InitJoinAck(ReadAddress(fields.First)),
            "IJN" => new InitJoinNack(ReadAddress(fields.First)),
            "J" => ReadJoin(bytes),
            "W" => new Welcome(ReadUnique(fields.First), GossipProto.Read(fields.Third)),
            "GE" => new GossipEnvelope(ReadUnique(fields.First), ReadUnique(fields.Second), GossipProto.Read(fields.Third)),
            "GS" => new GossipStatus(ReadUnique(fields.First), GossipProto.ReadVersion(fields.Second), (int)fields.ThirdNumber),
            "L" => new LeaveMember(ReadAddress(fields.First)),
            "D" => new DownMember(ReadAddress(fields.First)),
            "EC" => new ExitingConfirmed(ReadUnique(fields.First)),
            "HB" => new Heartbeat(ReadAddress(fields.First), (long)fields.SecondNumber, (long)fields.ThirdNumber),
            "HBR" => new HeartbeatRsp(ReadUnique(fields.First), (long)fields.SecondNumber, (long)fields.ThirdNumber),
            _ => throw new SerializationException($"Unimplemented deserialization of message with manifest [{manifest}] in [{nameof(ClusterMessageSerializer)}]"),
        };
    }

    internal static Proto Write(UniqueAddress node) => new Proto().Text(1, node.Address.ToString()).Number(2, (uint)node.Uid);

    internal static UniqueAddress ReadUnique(ReadOnlySpan<byte> bytes)
    {
        var fields = new Fields(bytes);
        return new UniqueAddress(ReadAddress(fields.First), (int)(uint)fields.SecondNumber);
    }

    internal static SerializationException Broken() => new("The bytes are not a message of the cluster.");

    private static Address ReadAddress(ReadOnlySpan<byte> text) =>
        Address.TryParse(Encoding.UTF8.GetString(text), out var address) ? address : throw Broken();

    private static Proto Write(Join join)
    {
        var proto = new Proto().Message(1, Write(join.Node)).Text(2, join.AppVersion.Version);
        foreach (var role in join.Roles)
        {
            proto.Text(3, role);
        }

        return proto;
    }

    private static Join ReadJoin(byte[] bytes)
    {
        HashSet<string> roles = [];
        UniqueAddress? node = null;
        var version = "";
        var fields = new ProtoSpan(bytes);
        while (fields.Next())
        {
            switch (fields.Field)
            {
                case 1:
                    node = ReadUnique(fields.Bytes);
                    break;
                case 2:
                    version = Encoding.UTF8.GetString(fields.Bytes);
                    break;
                case 3:
                    roles.Add(Encoding.UTF8.GetString(fields.Bytes));
                    break;
            }
        }

        return fields.IsBroken || node is null ? throw Broken() : new Join(node, [.. roles], GossipProto.VersionOf(version));
    }

    /// <summary>The three fields that nearly all messages are content with.</summary>
    private readonly ref struct Fields
    {
        public Fields(ReadOnlySpan<byte> bytes)
        {
            var fields = new ProtoSpan(bytes);
            while (fields.Next())
            {
                switch (fields.Field)
                {
                    case 1:
                        First = fields.Bytes;
                        break;
                    case 2:
                        Second = fields.Bytes;
                        SecondNumber = fields.Number;
                        break;
                    case 3:
                        Third = fields.Bytes;
                        ThirdNumber = fields.Number;
                        break;
                }
            }

            if (fields.IsBroken)
            {
                throw Broken();
            }
        }

        public ReadOnlySpan<byte> First { get; }

        public ReadOnlySpan<byte> Second { get; }

        public ReadOnlySpan<byte> Third { get; }

        public ulong SecondNumber { get; }

        public ulong ThirdNumber { get; }
    }
}
