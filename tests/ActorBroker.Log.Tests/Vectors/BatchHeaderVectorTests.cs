using System.Text.Json;

namespace ActorBroker.Log.Tests.Vectors;

public sealed class BatchHeaderVectorTests
{
    private const int BatchBytesMax = 1 << 20;

    [Theory, MemberData(nameof(VectorFolder.Batches), MemberType = typeof(VectorFolder))]
    public void The_header_of_a_batch_reads_as_the_vector_says(string name)
    {
        var bytes = VectorFolder.Bytes(name);
        var expected = VectorFolder.Expected(name).GetProperty("batches")[0];

        Assert.Equal(BatchError.None, BatchView.Read(bytes, BatchBytesMax, out var batch));

        AssertHeader(expected, batch);
        Assert.True(batch.IsWhole);
        Assert.Equal(bytes, batch.Bytes.ToArray());
        Assert.Equal(expected.GetProperty("payloadLengthOnWire").GetInt32(), batch.Payload.Length);
    }

    [Theory, MemberData(nameof(VectorFolder.Batches), MemberType = typeof(VectorFolder))]
    public void Sixty_one_bytes_are_enough_to_walk_over_a_batch(string name)
    {
        var header = VectorFolder.Bytes(name).AsSpan(0, BatchView.HeaderBytes);

        Assert.Equal(BatchError.None, BatchView.ReadHeader(header, BatchBytesMax, out var batch));

        AssertHeader(VectorFolder.Expected(name).GetProperty("batches")[0], batch);
    }

    [Theory, MemberData(nameof(VectorFolder.Batches), MemberType = typeof(VectorFolder))]
    public void A_flipped_bit_anywhere_behind_the_checksum_field_is_found(string name)
    {
        var bytes = VectorFolder.Bytes(name);
        for (var at = BatchHeaderLayout.CrcAt; at < bytes.Length; at++)
        {
            bytes[at] ^= 0x01;
            Assert.Equal(BatchError.BadCrc, BatchView.Read(bytes, BatchBytesMax, out _));
            bytes[at] ^= 0x01;
        }
    }

    [Theory, MemberData(nameof(VectorFolder.Batches), MemberType = typeof(VectorFolder))]
    public void A_batch_cut_at_any_byte_is_incomplete(string name)
    {
        var bytes = VectorFolder.Bytes(name);
        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.Equal(BatchError.Incomplete, BatchView.Read(bytes.AsSpan(0, length), BatchBytesMax, out _));
            var walk = new BatchSequence(bytes.AsSpan(0, length), BatchBytesMax);
            Assert.False(walk.MoveNext());
            Assert.Equal(BatchError.None, walk.Error);
        }
    }

    [Theory, MemberData(nameof(VectorFolder.Batches), MemberType = typeof(VectorFolder))]
    public void A_stamp_changes_twelve_bytes_and_leaves_the_checksum_valid(string name)
    {
        var before = VectorFolder.Bytes(name);
        var after = before.ToArray();

        BatchView.Stamp(after, new Offset(0x0102030405060708), new LeaderEpoch(0x11121314));

        Assert.Equal(BatchError.None, BatchView.Read(after, BatchBytesMax, out var batch));
        Assert.Equal(new Offset(0x0102030405060708), batch.BaseOffset);
        Assert.Equal(new LeaderEpoch(0x11121314), batch.Epoch);
        Assert.Equal(before[8..12], after[8..12]);
        Assert.Equal(before[16..], after[16..]);
    }

    [Theory, MemberData(nameof(VectorFolder.Batches), MemberType = typeof(VectorFolder))]
    public void Log_append_time_replaces_the_producers_time(string name)
    {
        var bytes = VectorFolder.Bytes(name);

        BatchView.StampLogAppendTime(bytes, 1_800_000_000_000);

        Assert.Equal(BatchError.None, BatchView.Read(bytes, BatchBytesMax, out var batch));
        Assert.Equal(TimestampType.LogAppendTime, batch.TimestampType);
        Assert.Equal(1_800_000_000_000, batch.MaxTimestamp);
    }

    [Theory, MemberData(nameof(VectorFolder.MessageSets), MemberType = typeof(VectorFolder))]
    public void A_message_set_of_the_old_formats_is_named_as_such(string name)
    {
        var bytes = VectorFolder.Bytes(name);
        Assert.Equal(BatchError.UnknownMagic, BatchView.Read(bytes, BatchBytesMax, out _));
        Assert.Equal(BatchError.UnknownMagic, BatchCheck.Check(bytes, BatchBytesMax, out _));
    }

    private static void AssertHeader(JsonElement expected, BatchView batch)
    {
        Assert.Equal(expected.GetProperty("baseOffset").GetInt64(), batch.BaseOffset.Value);
        Assert.Equal(expected.GetProperty("batchLength").GetInt32() + 12, batch.SizeInBytes);
        Assert.Equal(expected.GetProperty("partitionLeaderEpoch").GetInt32(), batch.Epoch.Value);
        Assert.Equal(expected.GetProperty("crc").GetUInt32(), batch.Crc);
        Assert.Equal(expected.GetProperty("crcHex").GetString(), batch.Crc.ToString("x8", null));
        Assert.Equal(expected.GetProperty("attributes").GetInt16(), batch.Attributes);
        Assert.Equal(expected.GetProperty("lastOffsetDelta").GetInt32(), batch.LastOffsetDelta);
        Assert.Equal(batch.BaseOffset + batch.LastOffsetDelta, batch.LastOffset);
        Assert.Equal(batch.LastOffset + 1, batch.NextOffset);
        Assert.Equal(expected.GetProperty("baseTimestamp").GetInt64(), batch.BaseTimestamp);
        Assert.Equal(expected.GetProperty("maxTimestamp").GetInt64(), batch.MaxTimestamp);
        Assert.Equal(expected.GetProperty("producerId").GetInt64(), batch.ProducerId);
        Assert.Equal(expected.GetProperty("producerEpoch").GetInt16(), batch.ProducerEpoch);
        Assert.Equal(expected.GetProperty("baseSequence").GetInt32(), batch.BaseSequence);
        Assert.Equal(expected.GetProperty("recordsCount").GetInt32(), batch.RecordCount);
        Assert.Equal(expected.GetProperty("compression").GetString(), batch.Codec.ToString().ToLowerInvariant());
        Assert.Equal(expected.GetProperty("timestampType").GetString(), batch.TimestampType.ToString());
        Assert.Equal(expected.GetProperty("isTransactional").GetBoolean(), batch.IsTransactional);
        Assert.Equal(expected.GetProperty("isControl").GetBoolean(), batch.IsControl);
        Assert.Equal(expected.GetProperty("deleteHorizonSet").GetBoolean(), batch.HasDeleteHorizon);
    }
}
