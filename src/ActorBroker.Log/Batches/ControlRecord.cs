using System.Buffers.Binary;

namespace ActorBroker.Log;

/// <summary>Reads and writes the records of control batches.</summary>
/// <remarks>Key: int16 version, int16 type. Value of an end marker: int16 version, int32 coordinator epoch. Readers take higher
/// versions and use the part they know.</remarks>
public static class ControlRecord
{
    private const short Version = 0;
    private const int KeyBytes = 4;
    private const int EndMarkerBytes = 6;

    /// <summary>The type in the key of a control batch's record. False when the key is too short to have one; the type may be a
    /// number without a name, which is to be ignored.</summary>
    public static bool TryReadType(Record record, out ControlType type)
    {
        var key = record.Key.Span;
        type = key.Length < KeyBytes ? default : (ControlType)BinaryPrimitives.ReadInt16BigEndian(key[2..]);
        return key.Length >= KeyBytes;
    }

    /// <summary>The coordinator epoch in the value of an <see cref="ControlType.Abort"/> or <see cref="ControlType.Commit"/>
    /// record.</summary>
    public static bool TryReadCoordinatorEpoch(Record record, out int coordinatorEpoch)
    {
        var value = record.Value.Span;
        coordinatorEpoch = value.Length < EndMarkerBytes ? -1 : BinaryPrimitives.ReadInt32BigEndian(value[2..]);
        return value.Length >= EndMarkerBytes;
    }

    /// <summary>The batch that ends a producer's transaction in a partition: one record, 78 bytes.</summary>
    /// <param name="type"><see cref="ControlType.Abort"/> or <see cref="ControlType.Commit"/>.</param>
    /// <param name="timestampMs">Milliseconds since 1970, UTC.</param>
    public static byte[] EndMarker(ControlType type, long producerId, short producerEpoch, int coordinatorEpoch, long timestampMs)
    {
        Check.That(type is ControlType.Abort or ControlType.Commit);
        Check.That(producerId >= 0);
        Span<byte> value = stackalloc byte[EndMarkerBytes];
        BinaryPrimitives.WriteInt16BigEndian(value, Version);
        BinaryPrimitives.WriteInt32BigEndian(value[2..], coordinatorEpoch);
        var batch = new BatchWriter
        {
            IsTransactional = true,
            IsControl = true,
            ProducerId = producerId,
            ProducerEpoch = producerEpoch,
        };
        return Write(batch, type, value, timestampMs);
    }

    /// <summary>A control batch of one record that belongs to no producer, as a new leader writes one.</summary>
    /// <param name="value">The type's own message, with its version in front.</param>
    /// <param name="timestampMs">Milliseconds since 1970, UTC.</param>
    public static byte[] Batch(ControlType type, ReadOnlySpan<byte> value, long timestampMs) =>
        Write(new BatchWriter { IsControl = true }, type, value, timestampMs);

    private static byte[] Write(BatchWriter batch, ControlType type, ReadOnlySpan<byte> value, long timestampMs)
    {
        Span<byte> key = stackalloc byte[KeyBytes];
        BinaryPrimitives.WriteInt16BigEndian(key, Version);
        BinaryPrimitives.WriteInt16BigEndian(key[2..], (short)type);
        batch.Add(timestampMs, key, value);
        return batch.ToArray();
    }
}
