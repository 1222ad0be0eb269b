using System.Buffers;

namespace ActorBroker.Log.Tests.Batches;

public sealed class BatchReadWriteTests
{
    private const int BatchBytesMax = 1 << 20;

    [Fact]
    public void A_sequence_gives_whole_batches_and_leaves_a_cut_tail()
    {
        var one = Batch(baseOffset: 0, count: 3);
        var two = Batch(baseOffset: 3, count: 2);
        for (var cut = 0; cut <= two.Length; cut++)
        {
            byte[] bytes = [.. one, .. two.AsSpan(0, cut)];
            var batches = new BatchSequence(bytes, BatchBytesMax);
            Assert.True(batches.MoveNext());
            Assert.Equal(new Offset(3), batches.Current.NextOffset);
            Assert.Equal(cut == two.Length, batches.MoveNext());
            Assert.False(batches.MoveNext());
            Assert.Equal(BatchError.None, batches.Error);
            Assert.Equal(cut == two.Length ? bytes.Length : one.Length, batches.BytesRead);
        }
    }

    [Fact]
    public void A_sequence_stops_at_damage_and_says_so()
    {
        byte[] bytes = [.. Batch(baseOffset: 0, count: 3), .. Batch(baseOffset: 3, count: 2)];
        bytes[^1] ^= 1;
        var batches = new BatchSequence(bytes, BatchBytesMax);
        Assert.True(batches.MoveNext());
        Assert.False(batches.MoveNext());
        Assert.Equal(BatchError.BadCrc, batches.Error);
        Assert.False(batches.MoveNext());
    }

    [Fact]
    public void Sequence_numbers_wrap_behind_the_largest_int()
    {
        var writer = new BatchWriter { ProducerId = 1, ProducerEpoch = 0, BaseSequence = int.MaxValue - 1 };
        for (var i = 0; i < 4; i++) writer.Add(0, null, null);
        Assert.Equal(BatchError.None, BatchView.Read(writer.ToArray(), BatchBytesMax, out var batch));
        Assert.Equal(1, batch.LastSequence);
    }

    [Fact]
    public void With_log_append_time_every_record_has_the_batchs_time()
    {
        var bytes = Batch(baseOffset: 0, count: 3);
        BatchView.StampLogAppendTime(bytes, 42);
        BatchView.Read(bytes, BatchBytesMax, out var batch);
        foreach (var record in new RecordReader(batch)) Assert.Equal(42, record.Timestamp);
    }

    [Fact]
    public void A_delete_horizon_takes_the_base_timestamp_and_keeps_the_records_times()
    {
        var writer = new BatchWriter { DeleteHorizon = 5_000_000, BaseOffset = new Offset(60) };
        writer.Add(1_000, "1"u8, null);
        writer.Add(2_000, "2"u8, null);
        BatchView.Read(writer.ToArray(), BatchBytesMax, out var batch);
        Assert.True(batch.HasDeleteHorizon);
        Assert.Equal(5_000_000, batch.BaseTimestamp);
        using var records = new RecordReader(batch);
        Assert.True(records.MoveNext());
        Assert.Equal(1_000, records.Current.Timestamp);
        Assert.True(records.Current.Value.IsNull);
        Assert.True(records.MoveNext());
        Assert.Equal(2_000, records.Current.Timestamp);
    }

    [Fact]
    public void Compaction_keeps_the_range_of_a_batch_and_the_offsets_of_what_stays()
    {
        BatchView.Read(Batch(baseOffset: 100, count: 10), BatchBytesMax, out var before);
        var writer = BatchWriter.Like(before);
        using var records = new RecordReader(before);
        while (records.MoveNext())
        {
            if (records.Current.Offset.Value is 103 or 107) writer.Add(records.Current);
        }

        Assert.Equal(BatchError.None, BatchView.Read(writer.ToArray(), BatchBytesMax, out var after));
        Assert.Equal((before.BaseOffset, before.NextOffset, 2), (after.BaseOffset, after.NextOffset, after.RecordCount));
        using var kept = new RecordReader(after);
        Assert.True(kept.MoveNext());
        Assert.Equal((new Offset(103), 1_003L), (kept.Current.Offset, kept.Current.Timestamp));
        Assert.True(kept.MoveNext());
        Assert.Equal((new Offset(107), 1_007L), (kept.Current.Offset, kept.Current.Timestamp));
        Assert.False(kept.MoveNext());
        Assert.Equal(BatchError.None, kept.Error);
    }

    [Theory]
    [InlineData(CompressionCodec.None)]
    [InlineData(CompressionCodec.Gzip)]
    public void A_batch_that_compaction_emptied_reads_as_no_records(CompressionCodec codec)
    {
        BatchView.Read(Batch(baseOffset: 100, count: 10), BatchBytesMax, out var before);
        var writer = BatchWriter.Like(before);
        writer.Codec = codec;
        var bytes = writer.ToArray();
        Assert.Equal(BatchView.HeaderBytes, bytes.Length);
        Assert.Equal(BatchError.None, BatchView.Read(bytes, BatchBytesMax, out var after));
        Assert.Equal((new Offset(110), 0, -1L), (after.NextOffset, after.RecordCount, after.BaseTimestamp));
        using var records = new RecordReader(after);
        Assert.False(records.MoveNext());
        Assert.Equal(BatchError.None, records.Error);
    }

    [Theory]
    [InlineData(ControlType.Abort)]
    [InlineData(ControlType.Commit)]
    public void An_end_marker_is_78_bytes_and_says_what_it_ends(ControlType type)
    {
        var bytes = ControlRecord.EndMarker(type, producerId: 4_001, producerEpoch: 2, coordinatorEpoch: 5, timestampMs: 1_700_000_000_000);
        BatchView.Stamp(bytes, new Offset(42), new LeaderEpoch(3));
        Assert.Equal(78, bytes.Length);
        Assert.Equal(Vectors.VectorFolder.Bytes($"batch-control-{type.ToString().ToLowerInvariant()}").AsSpan(43).ToArray(), bytes[43..]);
        Assert.Equal(BatchError.None, BatchView.Read(bytes, BatchBytesMax, out var batch));
        Assert.True(batch is { IsControl: true, IsTransactional: true });
        using var records = new RecordReader(batch);
        Assert.True(records.MoveNext());
        Assert.True(ControlRecord.TryReadType(records.Current, out var read));
        Assert.Equal(type, read);
        Assert.True(ControlRecord.TryReadCoordinatorEpoch(records.Current, out var epoch));
        Assert.Equal(5, epoch);
    }

    [Fact]
    public void A_control_record_with_a_short_key_has_no_type()
    {
        var writer = new BatchWriter { IsControl = true };
        writer.Add(0, new byte[3], null);
        BatchView.Read(writer.ToArray(), BatchBytesMax, out var batch);
        using var records = new RecordReader(batch);
        Assert.True(records.MoveNext());
        Assert.False(ControlRecord.TryReadType(records.Current, out _));
        Assert.False(ControlRecord.TryReadCoordinatorEpoch(records.Current, out _));
    }

    [Fact]
    public void A_cleared_writer_builds_the_next_batch_as_a_new_one_would()
    {
        var writer = new BatchWriter();
        writer.Add(5_000, "1"u8, "2"u8);
        writer.Clear();
        writer.Add(7, "3"u8, "4"u8);
        var fresh = new BatchWriter();
        fresh.Add(7, "3"u8, "4"u8);
        Assert.Equal(fresh.ToArray(), writer.ToArray());
        using var lease = writer.ToLease();
        Assert.Equal(fresh.ToArray(), lease.Bytes.ToArray());
        var output = new ArrayBufferWriter<byte>();
        Assert.Equal(fresh.SizeInBytes, writer.WriteTo(output));
        Assert.Equal(fresh.ToArray(), output.WrittenSpan.ToArray());
    }

    private static byte[] Batch(long baseOffset, int count)
    {
        var writer = new BatchWriter { BaseOffset = new Offset(baseOffset), Epoch = new LeaderEpoch(1) };
        for (var i = 0; i < count; i++) writer.Add(1_000 + i, new[] { (byte)i }, new byte[10]);
        return writer.ToArray();
    }
}
