using System.Text;
using ActorBroker.Client.Consuming;
using ActorBroker.Log;
using ActorBroker.Messages;
using ActorBroker.Messages.Sessions;

namespace ActorBroker.Client.Tests.Consuming;

public sealed class RecordCursorTests
{
    private readonly AssignedPartition _partition = new(new TopicPartition("t", 0), Start.Earliest, 1000);
    private readonly RecordCursor<string?, string?> _cursor = new(Deserializers.Utf8, Deserializers.Utf8);

    [Fact]
    public void Batches_of_a_chunk_follow_each_other_and_control_batches_are_left_out()
    {
        Load(0, Batch(0, "a", "b"), Batch(2, isControl: true, "marker"), Batch(3, "c"));
        Assert.Equal("0a 1b 3c", Rest());
        Assert.Null(_cursor.Next());
    }

    [Fact]
    public void What_is_below_the_position_is_left_out()
    {
        Load(4, Batch(0, "a", "b"), Batch(2, "c", "d", "e", "f"));
        Assert.Equal("4e 5f", Rest());
    }

    [Fact]
    public void Nulls_headers_time_and_epoch_come_along()
    {
        var writer = new BatchWriter { BaseOffset = Offset.Zero, Epoch = new LeaderEpoch(7) };
        writer.Add(12_345, (byte[]?)null, (byte[]?)null, [new RecordHeader("h", [1, 2]), new RecordHeader("h", null)]);
        Load(0, writer.ToArray());
        var record = _cursor.Next()!;
        Assert.Equal((null, null, 12_345, new LeaderEpoch(7)), (record.Key, record.Value, record.TimestampMs, record.LeaderEpoch));
        Assert.Equal(DateTimeOffset.FromUnixTimeMilliseconds(12_345), record.Timestamp);
        Assert.Equal(["h:1,2", "h:null"], record.Headers.Select(header => $"{header.Key}:{(header.Value is null ? "null" : string.Join(',', header.Value))}"));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(long.MaxValue)]
    public void A_time_that_no_calendar_has_is_none(long timestampMs)
    {
        var writer = new BatchWriter { BaseOffset = Offset.Zero };
        writer.Add(timestampMs, (byte[]?)null, (byte[]?)null);
        Load(0, writer.ToArray());
        var record = _cursor.Next()!;
        Assert.Equal((timestampMs, null), (record.TimestampMs, record.Timestamp));
    }

    [Fact]
    public void A_changed_byte_is_found_after_the_good_batches()
    {
        var damaged = Batch(1, "b");
        damaged[^2] ^= 1;
        Load(0, Batch(0, "a"), damaged);
        Assert.Equal("a", _cursor.Next()!.Value);
        Assert.Equal(SessionError.InvalidBatch, Assert.Throws<BrokerException>(() => _cursor.Next()).Error);
    }

    [Fact]
    public void What_the_deserializer_does_not_take_fails_at_its_record_again_and_again()
    {
        var writer = new BatchWriter { BaseOffset = Offset.Zero };
        writer.Add(0, (byte[]?)null, "good"u8);
        writer.Add(0, (byte[]?)null, new byte[] { 0xFF });
        Load(0, writer.ToArray());
        Assert.Equal("good", _cursor.Next()!.Value);
        for (var i = 0; i < 2; i++)
        {
            Assert.Contains("t-0, offset 1: the value", Assert.Throws<RecordFormatException>(() => _cursor.Next()).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_run_of_batches_is_measured_by_its_heads()
    {
        Assert.True(Measure(0, out var next, Batch(0, "a", "b"), Batch(5, "c")));
        Assert.Equal(new Offset(6), next);
        Assert.True(Measure(1, out _, Batch(0, "a", "b")));                  // begins before what was asked for
        Assert.False(Measure(2, out _, Batch(0, "a", "b")));                 // ends before it
        Assert.False(Measure(0, out _, Batch(3, "a", "b"), Batch(4, "c")));  // overlaps
        Assert.False(Measure(0, out _, Batch(0, "a")[..^1]));                // cut off
        Assert.False(Measure(0, out _, new byte[100]));
    }

    private static bool Measure(long from, out Offset next, params byte[][] batches) =>
        BatchRun.TryMeasure(batches.SelectMany(batch => batch).ToArray(), new Offset(from), out next);

    private static byte[] Batch(long from, params string[] values) => Batch(from, isControl: false, values);

    private static byte[] Batch(long from, bool isControl, params string[] values)
    {
        var writer = new BatchWriter { BaseOffset = new Offset(from), IsControl = isControl };
        foreach (var value in values)
        {
            writer.Add(0, (byte[]?)null, Encoding.UTF8.GetBytes(value));
        }

        return writer.ToArray();
    }

    private void Load(long position, params byte[][] batches)
    {
        _partition.MoveTo(new Offset(position));
        _cursor.Load(new Chunk(_partition, batches.SelectMany(batch => batch).ToArray(), new Offset(100)));
    }

    private string Rest()
    {
        var records = new List<string>();
        while (_cursor.Next() is { } record)
        {
            records.Add($"{record.Offset}{record.Value}");
        }

        return string.Join(' ', records);
    }
}
