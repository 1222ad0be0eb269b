namespace ActorBroker.Log;

/// <summary>Everything a broker checks on a client's batch before it may be appended.</summary>
/// <remarks>Source: Kafka's produce rules for magic 2. A reason of its own for each refusal; the edge translates it to the
/// protocol's error code.</remarks>
public static class BatchCheck
{
    /// <summary>Checks the records field of one partition of a produce request. Never throws; allocates nothing.</summary>
    /// <param name="records">Must be exactly one batch.</param>
    /// <param name="batchBytesMax">Largest whole batch accepted, in bytes.</param>
    /// <param name="batch">Usable only when the answer is <see cref="BatchError.None"/>.</param>
    /// <remarks>The records of a compressed batch are not looked at, because that costs a decompression:
    /// <see cref="CheckRecords"/>.</remarks>
    public static BatchError Check(ReadOnlySpan<byte> records, int batchBytesMax, out BatchView batch)
    {
        var error = BatchView.Read(records, batchBytesMax, out batch);
        if (error == BatchError.None) error = CheckHeader(batch, records.Length);
        if (error == BatchError.None && batch.Codec == CompressionCodec.None)
        {
            error = RecordWalk.Check(batch.Payload, batch.RecordCount, keysRequired: false);
        }

        if (error != BatchError.None) batch = default;
        return error;
    }

    /// <summary>Checks the records themselves, decompressing when needed. Never throws; allocates only to decompress.</summary>
    /// <param name="batch">One that <see cref="Check"/> found good.</param>
    /// <param name="decompressedBytesMax">Largest payload accepted, in bytes; above it <see cref="BatchError.TooLarge"/>.</param>
    /// <param name="keysRequired">The topic is compacted: a record without a key is <see cref="BatchError.MissingKey"/>.</param>
    public static BatchError CheckRecords(
        BatchView batch,
        int decompressedBytesMax = RecordReader.DecompressedBytesMax,
        bool keysRequired = false)
    {
        if (batch.Codec == CompressionCodec.None) return RecordWalk.Check(batch.Payload, batch.RecordCount, keysRequired);
        var error = PayloadCodec.Decompress(batch.Codec, batch.Payload, decompressedBytesMax, out var plain);
        if (error != BatchError.None || plain is null) return error;
        using (plain) return RecordWalk.Check(plain.Bytes.Span, batch.RecordCount, keysRequired);
    }

    private static BatchError CheckHeader(BatchView batch, int recordsBytes)
    {
        if (recordsBytes != batch.SizeInBytes) return BatchError.MoreThanOneBatch;
        if (batch.RecordCount == 0 || batch.RecordCount != (long)batch.LastOffsetDelta + 1) return BatchError.BadRecordCount;
        if (batch.IsControl) return BatchError.ControlBatch;

        // Only the producer id tells whether there is a producer: without one, some clients write epoch 0 and sequence 0.
        if (batch.ProducerId >= 0 && (batch.BaseSequence < 0 || batch.ProducerEpoch < 0)) return BatchError.BadSequence;
        if (batch.ProducerId < 0 && batch.IsTransactional) return BatchError.BadSequence;
        return batch.Codec <= CompressionCodec.Zstd ? BatchError.None : BatchError.BadCompression;
    }
}
