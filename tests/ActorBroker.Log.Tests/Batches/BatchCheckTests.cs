using System.Buffers.Binary;

namespace ActorBroker.Log.Tests.Batches;

public sealed class BatchCheckTests
{
    private const int BatchBytesMax = 1 << 20;

    [Fact]
    public void No_bytes_are_an_incomplete_batch() => Assert.Equal(BatchError.Incomplete, Check([]));

    [Fact]
    public void A_length_below_the_fixed_part_is_refused() =>
        Assert.Equal(BatchError.LengthTooSmall, Check(Edited(batch => SetInt32(batch, BatchHeaderLayout.LengthAt, 48))));

    [Theory]
    [InlineData(int.MinValue)]
    [InlineData(-12)]
    [InlineData(0)]
    public void A_length_that_is_negative_or_zero_is_refused(int length) =>
        Assert.Equal(BatchError.LengthTooSmall, Check(Edited(batch => SetInt32(batch, BatchHeaderLayout.LengthAt, length))));

    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(BatchBytesMax - 11)]
    public void A_length_above_the_limit_is_too_large_even_when_the_bytes_are_not_there(int length) =>
        Assert.Equal(BatchError.TooLarge, Check(Edited(batch => SetInt32(batch, BatchHeaderLayout.LengthAt, length))));

    [Fact]
    public void A_batch_of_exactly_the_limit_is_taken()
    {
        var batch = Plain().ToArray();
        Assert.Equal(BatchError.None, BatchCheck.Check(batch, batch.Length, out _));
        Assert.Equal(BatchError.TooLarge, BatchCheck.Check(batch, batch.Length - 1, out _));
    }

    [Fact]
    public void A_second_batch_is_one_too_many()
    {
        var batch = Plain().ToArray();
        Assert.Equal(BatchError.MoreThanOneBatch, Check([.. batch, .. batch]));
        Assert.Equal(BatchError.MoreThanOneBatch, Check([.. batch, 0]));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(3, 1)]
    [InlineData(2, -1)]
    [InlineData(-1, 1)]
    [InlineData(int.MinValue, int.MaxValue)]
    public void A_count_that_does_not_fit_the_offsets_is_refused(int recordCount, int lastOffsetDelta) =>
        Assert.Equal(BatchError.BadRecordCount, Check(Resealed(batch =>
        {
            SetInt32(batch, BatchHeaderLayout.RecordCountAt, recordCount);
            SetInt32(batch, BatchHeaderLayout.LastOffsetDeltaAt, lastOffsetDelta);
        })));

    [Fact]
    public void More_records_than_the_payload_holds_are_refused_without_a_long_walk() =>
        Assert.Equal(BatchError.BadRecords, Check(Resealed(batch =>
        {
            SetInt32(batch, BatchHeaderLayout.RecordCountAt, int.MaxValue);
            SetInt32(batch, BatchHeaderLayout.LastOffsetDeltaAt, int.MaxValue - 1);
        })));

    [Fact]
    public void Fewer_records_than_the_payload_holds_are_refused() =>
        Assert.Equal(BatchError.BadRecords, Check(Resealed(batch =>
        {
            SetInt32(batch, BatchHeaderLayout.RecordCountAt, 1);
            SetInt32(batch, BatchHeaderLayout.LastOffsetDeltaAt, 0);
        })));

    [Fact]
    public void A_control_batch_of_a_client_is_refused() => Assert.Equal(
        BatchError.ControlBatch, Check(ControlRecord.EndMarker(ControlType.Commit, 1, 0, coordinatorEpoch: 0, timestampMs: 0)));

    [Theory]
    [InlineData(5, 0, -1, false, BatchError.BadSequence)]
    [InlineData(5, -1, 0, false, BatchError.BadSequence)]
    [InlineData(5, 0, 0, true, BatchError.None)]
    [InlineData(5, 0, int.MaxValue, false, BatchError.None)]
    [InlineData(-1, 0, 0, false, BatchError.None)]
    [InlineData(-1, -1, -1, false, BatchError.None)]
    [InlineData(-1, -1, -1, true, BatchError.BadSequence)]
    public void A_producer_id_wants_a_sequence_and_a_transaction_wants_a_producer_id(
        long producerId, short epoch, int sequence, bool isTransactional, BatchError expected)
    {
        var batch = Plain();
        (batch.ProducerId, batch.ProducerEpoch, batch.BaseSequence, batch.IsTransactional) = (producerId, epoch, sequence, isTransactional);
        Assert.Equal(expected, Check(batch.ToArray()));
    }

    [Theory]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    public void A_codec_without_a_name_is_refused(byte codec) =>
        Assert.Equal(BatchError.BadCompression, Check(Resealed(batch => batch[BatchHeaderLayout.AttributesAt + 1] |= codec)));

    [Fact]
    public void Offsets_with_a_hole_are_refused_from_a_client()
    {
        BatchView.Read(Plain().ToArray(), BatchBytesMax, out var batch);
        var holed = BatchWriter.Like(batch);
        using var records = new RecordReader(batch);
        while (records.MoveNext())
        {
            if (records.Current.OffsetDelta == 1) holed.Add(records.Current);
        }

        holed.LastOffsetDelta = 0 + 1;
        Assert.Equal(BatchError.BadRecordCount, Check(holed.ToArray()));
        var bytes = holed.ToArray();
        SetInt32(bytes, BatchHeaderLayout.LastOffsetDeltaAt, 0);
        Reseal(bytes);
        Assert.Equal(BatchError.BadRecords, Check(bytes));
    }

    [Fact]
    public void A_compressed_batch_is_looked_into_only_when_asked()
    {
        var writer = Plain();
        writer.Codec = CompressionCodec.Lz4;
        var bytes = writer.ToArray();
        bytes[^5] ^= 0xff;
        Reseal(bytes);

        Assert.Equal(BatchError.None, BatchCheck.Check(bytes, BatchBytesMax, out var batch));
        Assert.NotEqual(BatchError.None, BatchCheck.CheckRecords(batch));
    }

    [Theory]
    [InlineData(CompressionCodec.None)]
    [InlineData(CompressionCodec.Zstd)]
    public void A_compacted_topic_wants_keys(CompressionCodec codec)
    {
        var writer = Plain();
        writer.Codec = codec;
        writer.Add(0, null, "1"u8);
        Assert.Equal(BatchError.None, BatchCheck.Check(writer.ToArray(), BatchBytesMax, out var batch));
        Assert.Equal(BatchError.None, BatchCheck.CheckRecords(batch));
        Assert.Equal(BatchError.MissingKey, BatchCheck.CheckRecords(batch, keysRequired: true));
    }

    [Fact]
    public void A_payload_above_the_bound_is_too_large()
    {
        var writer = new BatchWriter { Codec = CompressionCodec.Zstd };
        writer.Add(0, "1"u8, new byte[100_000]);
        Assert.Equal(BatchError.None, BatchCheck.Check(writer.ToArray(), BatchBytesMax, out var batch));
        Assert.Equal(BatchError.TooLarge, BatchCheck.CheckRecords(batch, decompressedBytesMax: 100_000));
        using var records = new RecordReader(batch, decompressedBytesMax: 100_000);
        Assert.False(records.MoveNext());
        Assert.Equal(BatchError.TooLarge, records.Error);
    }

    private static BatchWriter Plain()
    {
        var writer = new BatchWriter();
        writer.Add(1_000, "1"u8, "2"u8, [new("k", [3])]);
        writer.Add(999, "4"u8, null);
        return writer;
    }

    private static BatchError Check(byte[] bytes) => BatchCheck.Check(bytes, BatchBytesMax, out _);

    private static byte[] Edited(Action<byte[]> edit)
    {
        var bytes = Plain().ToArray();
        edit(bytes);
        return bytes;
    }

    private static byte[] Resealed(Action<byte[]> edit)
    {
        var bytes = Edited(edit);
        Reseal(bytes);
        return bytes;
    }

    private static void SetInt32(byte[] bytes, int at, int value) => BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(at), value);

    private static void Reseal(byte[] bytes) =>
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(BatchHeaderLayout.CrcAt), Crc32C.Of(bytes.AsSpan(BatchHeaderLayout.CrcFrom)));
}
