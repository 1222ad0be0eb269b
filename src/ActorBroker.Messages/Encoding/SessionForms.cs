using System.Buffers.Binary;
using System.Runtime.InteropServices;
using ActorBroker.Messages.Sessions;

namespace ActorBroker.Messages.Encoding;

/// <summary>Messages of producers' and consumers' sessions. Fields in the order in which they are written.</summary>
internal static class SessionForms
{
    private const int IntBytes = 4;
    private const int LongBytes = 8;

    public static readonly MessageForm[] All =
    [
        MessageForm.Of<RequestRefused>("RR1", (to, m) => to.Error(m.Error).Text(m.Message), (ref from) => new(from.Error(), from.Text())),
        MessageForm.Of<CloseSession>("CS1", (to, m) => to.Error(m.Reason).Text(m.Message), (ref from) => new(from.Error(), from.Text())),

        MessageForm.Of<OpenProducer>(
            "OP1",
            (to, m) => to.Int(m.ProtocolVersion).Text(m.ClientId).Flag(m.IsIdempotent).Long(m.ProducerId).Short(m.ProducerEpoch),
            (ref from) => new(from.Int(), from.Text(), from.Flag(), from.Long(), from.Short())),
        MessageForm.Of<ProducerOpened>(
            "PO1",
            (to, m) => to.Int(m.ProtocolVersion).Long(m.ProducerId).Short(m.ProducerEpoch).Int(m.CreditBytes).Int(m.CreditBatches),
            (ref from) => new(from.Int(), from.Long(), from.Short(), from.Int(), from.Int())),
        MessageForm.Of<StoreBatch>(
            "SB1",
            m => LongBytes + (3 * IntBytes) + 1 + System.Text.Encoding.UTF8.GetByteCount(m.Partition.Topic) + m.Batch.Length,
            (to, m) => to.Long(m.Number).Partition(m.Partition).Byte((byte)m.Acks).Bytes(m.Batch),
            (ref from) => new(from.Long(), from.Partition(), (sbyte)from.Byte(), from.Bytes())),
        MessageForm.Of<BatchStored>(
            "BS1",
            _ => 4 * LongBytes,
            (to, m) => to.Long(m.Number).At(m.BaseOffset).Long(m.LogAppendTime).At(m.LogStart),
            (ref from) => new(from.Long(), from.At(), from.Long(), from.At())),
        MessageForm.Of<BatchRefused>(
            "BR1", (to, m) => to.Long(m.Number).Error(m.Error).Text(m.Message), (ref from) => new(from.Long(), from.Error(), from.Text())),

        MessageForm.Of<OpenConsumer>("OC1", (to, m) => to.Int(m.ProtocolVersion).Text(m.ClientId), (ref from) => new(from.Int(), from.Text())),
        MessageForm.Of<ConsumerOpened>(
            "CO1", (to, m) => to.Int(m.ProtocolVersion).Int(m.StreamsMax).Int(m.CreditBytesMax), (ref from) => new(from.Int(), from.Int(), from.Int())),
        MessageForm.Of<OpenStream>(
            "OS1",
            (to, m) => to.Int(m.Stream).Partition(m.Partition).At(m.From).Epoch(m.CurrentEpoch).Int(m.CreditBytes),
            (ref from) => new(from.Int(), from.Partition(), from.At(), from.Epoch(), from.Int())),
        MessageForm.Of<GrantCredit>("GC1", _ => 2 * IntBytes, (to, m) => to.Int(m.Stream).Int(m.Bytes), (ref from) => new(from.Int(), from.Int())),
        MessageForm.Of<CloseStream>("XS1", _ => IntBytes, (to, m) => to.Int(m.Stream), (ref from) => new(from.Int())),
        new(typeof(BatchesRead), "RD1", message => Write((BatchesRead)message), bytes =>
        {
            var from = new PayloadReader(bytes);
            return new BatchesRead(from.Int(), from.At(), from.At(), from.Bytes());
        }),
        MessageForm.Of<StreamEnded>(
            "SE1",
            (to, m) => to.Int(m.Stream).Error(m.Error).At(m.HighWatermark).At(m.LogStart).Text(m.Message),
            (ref from) => new(from.Int(), from.Error(), from.At(), from.At(), from.Text())),
    ];

    /// <summary>Where the batches stand in an array with room before them, the rest is written into that room.</summary>
    private static byte[] Write(BatchesRead message)
    {
        var isInPlace = MemoryMarshal.TryGetArray(message.Batches, out var place)
            && place.Offset == BatchesRead.HeadBytes && place.Offset + place.Count == place.Array!.Length;
        var bytes = isInPlace ? place.Array! : GC.AllocateUninitializedArray<byte>(BatchesRead.HeadBytes + message.Batches.Length);
        BinaryPrimitives.WriteInt32LittleEndian(bytes, message.Stream);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(IntBytes), message.HighWatermark.Value);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(IntBytes + LongBytes), message.LogStart.Value);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(IntBytes + (2 * LongBytes)), message.Batches.Length);
        if (!isInPlace)
        {
            message.Batches.Span.CopyTo(bytes.AsSpan(BatchesRead.HeadBytes));
        }

        return bytes;
    }
}
