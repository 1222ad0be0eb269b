using System.Buffers.Binary;
using System.Text;
using Akka.Actor;

namespace Akka.Remote.Wire;

/// <summary>Commands of the protocol itself. Source: Akka.NET's AkkaControlMessage.</summary>
internal enum ControlCommand
{
    None = 0,
    Associate = 1,
    Disassociate = 2,
    Heartbeat = 3,
    DisassociateShuttingDown = 4,
    DisassociateQuarantined = 5,
}

/// <summary>Who is at the other end of a connection.</summary>
/// <param name="Address">With the protocol that actor paths have (<c>akka.tcp</c>).</param>
/// <param name="Uid">Of this life of that system.</param>
/// <param name="Cookie">What it can do besides Akka.NET's protocol; "" there.</param>
internal sealed record Handshake(Address Address, ulong Uid, string Cookie);

/// <summary>A frame that carries no message for an actor.</summary>
internal readonly record struct ControlFrame(ControlCommand Command, Handshake? Handshake);

/// <summary>Frames between two systems: 4 bytes of length, little endian, then an AkkaProtocolMessage.</summary>
/// <remarks><code>
/// AkkaProtocolMessage   payload 1: AckAndEnvelopeContainer | instruction 2: AkkaControlMessage
/// AkkaControlMessage    commandType 1: enum, handshakeInfo 2: AkkaHandshakeInfo
/// AkkaHandshakeInfo     origin 1: AddressData, uid 2: fixed64, cookie 3: string
/// AddressData           system 1, hostname 2, port 3: uint32, protocol 4 ("tcp", without "akka.")
/// </code></remarks>
internal static class ControlFrames
{
    public const int LengthBytes = 4;

    /// <summary>A handshake is far smaller; before it nobody may send more.</summary>
    public const int HandshakeBytesMax = 4096;

    /// <summary>In the cookie of systems of this runtime: messages may use a second connection.</summary>
    public const string OwnRuntime = "ab1";

    /// <summary>In the cookie of that second connection.</summary>
    public const string OrdinaryConnection = "ab1 ordinary";

    private const string AddressPrefix = "akka.";

    public static readonly byte[] Heartbeat = Encode(ControlCommand.Heartbeat, null);

    public static byte[] Encode(ControlCommand command, Handshake? handshake)
    {
        var control = new Proto().Number(1, (ulong)command);
        if (handshake is not null)
        {
            var address = handshake.Address;
            var protocol = address.Protocol.StartsWith(AddressPrefix, StringComparison.Ordinal) ? address.Protocol[AddressPrefix.Length..] : address.Protocol;
            control.Message(2, new Proto()
                .Message(1, new Proto().Text(1, address.System).Text(2, address.Host).Number(3, (ulong)(address.Port ?? 0)).Text(4, protocol))
                .Fixed64(2, handshake.Uid)
                .Text(3, handshake.Cookie));
        }

        return Framed(new Proto().Message(2, control));
    }

    /// <summary>An acknowledgement of system messages, alone.</summary>
    public static byte[] EncodeAck(ulong cumulative, ReadOnlySpan<ulong> missing)
    {
        var ack = new Proto().Fixed64(1, cumulative);
        if (missing.Length > 0)
        {
            var packed = new byte[missing.Length * 8];
            for (var i = 0; i < missing.Length; i++)
            {
                BinaryPrimitives.WriteUInt64LittleEndian(packed.AsSpan(i * 8), missing[i]);
            }

            ack.Message(2, packed);
        }

        return Framed(new Proto().Message(1, new Proto().Message(1, ack)));
    }

    /// <summary>Reads an AkkaControlMessage; false when it is not one.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out ControlFrame frame)
    {
        frame = default;
        var command = ControlCommand.None;
        Handshake? handshake = null;
        var fields = new ProtoSpan(bytes);
        while (fields.Next())
        {
            if (fields.Field == 1 && !fields.IsBytes)
            {
                command = (ControlCommand)fields.Number;
            }
            else if (fields.Field == 2 && fields.IsBytes && !TryReadHandshake(fields.Bytes, out handshake))
            {
                return false;
            }
        }

        if (fields.IsBroken || !Enum.IsDefined(command))
        {
            return false;
        }

        frame = new ControlFrame(command, handshake);
        return true;
    }

    private static bool TryReadHandshake(ReadOnlySpan<byte> bytes, out Handshake? handshake)
    {
        handshake = null;
        Address? origin = null;
        ulong uid = 0;
        var cookie = "";
        var fields = new ProtoSpan(bytes);
        while (fields.Next())
        {
            switch (fields.Field)
            {
                case 1 when fields.IsBytes:
                    if (!TryReadAddress(fields.Bytes, out origin))
                    {
                        return false;
                    }

                    break;
                case 2:
                    uid = fields.Number;
                    break;
                case 3 when fields.IsBytes:
                    cookie = Encoding.UTF8.GetString(fields.Bytes);
                    break;
            }
        }

        if (fields.IsBroken || origin is null)
        {
            return false;
        }

        handshake = new Handshake(origin, uid, cookie);
        return true;
    }

    private static bool TryReadAddress(ReadOnlySpan<byte> bytes, out Address? address)
    {
        address = null;
        string system = "", host = "", protocol = "";
        ulong port = 0;
        var fields = new ProtoSpan(bytes);
        while (fields.Next())
        {
            switch (fields.Field)
            {
                case 1:
                    system = Encoding.UTF8.GetString(fields.Bytes);
                    break;
                case 2:
                    host = Encoding.UTF8.GetString(fields.Bytes);
                    break;
                case 3:
                    port = fields.Number;
                    break;
                case 4:
                    protocol = Encoding.UTF8.GetString(fields.Bytes);
                    break;
            }
        }

        if (fields.IsBroken || system.Length == 0 || host.Length == 0 || port > 65535 || protocol is not ("tcp" or "ssl.tcp"))
        {
            return false;
        }

        return Address.TryParse($"{AddressPrefix}{protocol}://{system}@{host}:{port}", out address);
    }

    private static byte[] Framed(Proto message)
    {
        var body = message.ToArray();
        var frame = new byte[LengthBytes + body.Length];
        BinaryPrimitives.WriteInt32LittleEndian(frame, body.Length);
        body.CopyTo(frame, LengthBytes);
        return frame;
    }
}
