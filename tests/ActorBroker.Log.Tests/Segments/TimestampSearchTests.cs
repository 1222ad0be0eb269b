using static ActorBroker.Log.Tests.LogFixture;

namespace ActorBroker.Log.Tests.Segments;

public sealed class TimestampSearchTests
{
    private readonly LogFixture _fixture = new() { Settings = Small with { SegmentBytes = 700, IndexIntervalBytes = 200 } };

    [Theory, InlineData(CompressionCodec.None), InlineData(CompressionCodec.Gzip), InlineData(CompressionCodec.Lz4)]
    public void The_record_itself_is_found_inside_a_batch(CompressionCodec codec)
    {
        var log = _fixture.Open();
        log.Append(Hundred(0, 10), Epoch(1));
        log.Append(BatchOfTimes(codec, 100, 300, 200, 400), Epoch(2));

        Assert.Equal(new TimestampHit(At(2), 300, Epoch(2)), log.FindByTimestamp(101, At(5)));
        Assert.Equal(new TimestampHit(At(1), 100, Epoch(2)), log.FindByTimestamp(11, At(5)));
        Assert.Equal(new TimestampHit(At(4), 400, Epoch(2)), log.FindByTimestamp(301, At(5)));
        Assert.Equal(new TimestampHit(At(4), 400, Epoch(2)), log.FindMaxTimestamp(At(5)));
        Assert.Equal(new TimestampHit(At(2), 300, Epoch(2)), log.FindMaxTimestamp(At(4)));
        Assert.Null(log.FindByTimestamp(401, At(5)));
        Assert.Null(log.FindByTimestamp(400, At(4)));
    }

    [Fact]
    public void Log_append_time_counts_for_every_record_of_the_batch()
    {
        var log = _fixture.Open();
        var batch = BatchOfTimes(CompressionCodec.None, 1, 2, 3);
        BatchView.StampLogAppendTime(batch, 5000);
        log.Append(batch, Epoch(1));

        Assert.Equal(new TimestampHit(At(0), 5000, Epoch(1)), log.FindByTimestamp(2, At(3)));
        Assert.Equal(new TimestampHit(At(0), 5000, Epoch(1)), log.FindMaxTimestamp(At(3)));
    }

    [Fact]
    public void Every_search_agrees_with_looking_at_every_record()
    {
        var random = new Random(5);
        var log = _fixture.Open();
        var times = new List<long>();
        for (var i = 0; i < 60; i++)
        {
            long[] batch = [.. Enumerable.Range(0, 1 + random.Next(4)).Select(_ => random.Next(10) == 0 ? -1L : 1000 + (i * 3) + random.Next(60))];
            times.AddRange(batch);
            log.Append(BatchOfTimes(CompressionCodec.None, batch), Epoch(1));
        }

        log.Offsets.Committed(log.Offsets.End);
        foreach (var start in new[] { 0, 1, 30 })
        {
            log.DeleteBefore(At(start));
            for (var end = start; end <= times.Count; end += 7)
            {
                for (var target = 995; target < 1250; target += 5) AssertFound(log, times, start, end, target);
                var visible = times.Take(end).Skip(start).DefaultIfEmpty(-1).Max();
                Assert.Equal(visible < 0 ? null : At(times.IndexOf(visible, start)), log.FindMaxTimestamp(At(end))?.Offset);
            }
        }
    }

    [Fact]
    public void Records_without_a_time_are_found_by_none()
    {
        var log = _fixture.Written(20);
        Assert.Null(log.FindMaxTimestamp(At(20)));
        Assert.Null(log.FindByTimestamp(0, At(20)));
        log.Close();
        log = _fixture.Open();
        Assert.True(log.Recovery.WasClean);
        Assert.Null(log.FindMaxTimestamp(At(20)));
    }

    [Fact]
    public void A_damaged_batch_met_by_a_search_is_told()
    {
        var log = _fixture.Open();
        for (var i = 0; i < 4; i++) log.Append(Hundred(i, 1000 + i), Epoch(1));
        log.Flush();
        _fixture.Damage(LogPath(0), 270);

        Assert.Equal(200, Assert.Throws<LogCorruptException>(() => log.FindByTimestamp(1002, At(4))).Position);
    }

    private static void AssertFound(PartitionLog log, List<long> times, int start, int end, long target)
    {
        var index = times.FindIndex(start, time => time >= target);
        var expected = index < 0 || index >= end ? (TimestampHit?)null : new TimestampHit(At(index), times[index], Epoch(1));
        Assert.Equal(expected, log.FindByTimestamp(target, At(end)));
    }

    private static byte[] BatchOfTimes(CompressionCodec codec, params long[] times)
    {
        var writer = new BatchWriter { Codec = codec };
        foreach (var time in times) writer.Add(time, NullableBytes.Null, "some value"u8);
        return writer.ToArray();
    }
}
