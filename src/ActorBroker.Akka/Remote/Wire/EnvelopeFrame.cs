namespace Akka.Remote.Wire;

/// <summary>A frame with a message, an acknowledgement or both, as slices of the received bytes.</summary>
/// <remarks><code>
/// AckAndEnvelopeContainer  ack 1: AcknowledgementInfo, envelope 2: RemoteEnvelope
/// AcknowledgementInfo      cumulativeAck 1: fixed64, nacks 2: repeated fixed64
/// RemoteEnvelope           recipient 1: ActorRefData, message 2: Payload, sender 4: ActorRefData, seq 5: fixed64
/// ActorRefData             path 1: string
/// Payload                  message 1: bytes, serializerId 2: int32, messageManifest 3: bytes
/// </code></remarks>
internal ref struct EnvelopeFrame
{
    /// <summary>Sequence number of what is not a system message.</summary>
    public const ulong NoSequence = ulong.MaxValue;

    public bool HasAck;
    public ulong CumulativeAck;

    /// <summary>The AcknowledgementInfo as it came, for its list of missing numbers.</summary>
    public ReadOnlySpan<byte> Ack;

    public bool HasEnvelope;
    public ReadOnlySpan<byte> RecipientPath;
    public ReadOnlySpan<byte> SenderPath;

    /// <summary>Absent means 0, which is the first system message.</summary>
    public ulong Sequence;

    public ReadOnlySpan<byte> Message;
    public int SerializerId;
    public ReadOnlySpan<byte> Manifest;

    public readonly bool IsSystemMessage => Sequence != NoSequence;

    /// <summary>Reads an AckAndEnvelopeContainer; false when it is not one.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out EnvelopeFrame frame)
    {
        frame = default;
        var fields = new ProtoSpan(bytes);
        while (fields.Next())
        {
            if (!fields.IsBytes)
            {
                continue;
            }

            switch (fields.Field)
            {
                case 1:
                    frame.HasAck = true;
                    frame.Ack = fields.Bytes;
                    frame.CumulativeAck = FirstNumber(fields.Bytes);
                    break;
                case 2:
                    frame.HasEnvelope = true;
                    if (!TryReadEnvelope(fields.Bytes, ref frame))
                    {
                        return false;
                    }

                    break;
            }
        }

        return !fields.IsBroken && (frame.HasAck || frame.HasEnvelope);
    }

    /// <summary>The numbers that an acknowledgement names as missing.</summary>
    public static List<ulong> Missing(ReadOnlySpan<byte> ack)
    {
        var missing = new List<ulong>();
        var fields = new ProtoSpan(ack);
        while (fields.Next())
        {
            if (fields.Field != 2)
            {
                continue;
            }

            if (!fields.IsBytes)
            {
                missing.Add(fields.Number);
                continue;
            }

            for (var at = 0; at + 8 <= fields.Bytes.Length; at += 8)
            {
                missing.Add(System.Buffers.Binary.BinaryPrimitives.ReadUInt64LittleEndian(fields.Bytes[at..]));
            }
        }

        return missing;
    }

    /// <summary>Reads a Payload.</summary>
    public static bool TryReadPayload(ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> message, out int serializerId, out ReadOnlySpan<byte> manifest)
    {
        message = default;
        manifest = default;
        serializerId = 0;
        var fields = new ProtoSpan(bytes);
        while (fields.Next())
        {
            switch (fields.Field)
            {
                case 1:
                    message = fields.Bytes;
                    break;
                case 2:
                    serializerId = (int)fields.Number;
                    break;
                case 3:
                    manifest = fields.Bytes;
                    break;
            }
        }

        return !fields.IsBroken;
    }

    /// <summary>The path of an ActorRefData.</summary>
    public static ReadOnlySpan<byte> PathOf(ReadOnlySpan<byte> actorRef)
    {
        var fields = new ProtoSpan(actorRef);
        while (fields.Next())
        {
            if (fields.Field == 1)
            {
                return fields.Bytes;
            }
        }

        return default;
    }

    private static bool TryReadEnvelope(ReadOnlySpan<byte> bytes, ref EnvelopeFrame frame)
    {
        var fields = new ProtoSpan(bytes);
        while (fields.Next())
        {
            switch (fields.Field)
            {
                case 1:
                    frame.RecipientPath = PathOf(fields.Bytes);
                    break;
                case 2:
                    if (!TryReadPayload(fields.Bytes, out frame.Message, out frame.SerializerId, out frame.Manifest))
                    {
                        return false;
                    }

                    break;
                case 4:
                    frame.SenderPath = PathOf(fields.Bytes);
                    break;
                case 5:
                    frame.Sequence = fields.Number;
                    break;
            }
        }

        return !fields.IsBroken && !frame.RecipientPath.IsEmpty;
    }

    private static ulong FirstNumber(ReadOnlySpan<byte> ack)
    {
        var fields = new ProtoSpan(ack);
        while (fields.Next())
        {
            if (fields is { Field: 1, IsBytes: false })
            {
                return fields.Number;
            }
        }

        return 0;
    }
}
