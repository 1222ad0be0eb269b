using ActorBroker.Testing;
using static ActorBroker.Log.Tests.LogFixture;

namespace ActorBroker.Log.Tests.Cleaning;

public sealed class RetentionTests
{
    private readonly LogFixture _fixture = new() { Settings = Small with { SegmentBytes = 500 } };

    [Theory]
    [InlineData(1700, 0, 0)]
    [InlineData(1200, 1, 5)]
    [InlineData(1199, 1, 5)]
    [InlineData(700, 2, 10)]
    [InlineData(200, 3, 15)]
    [InlineData(0, 4, 17)]
    public void By_size_the_oldest_segments_go_while_enough_is_left(long bytes, int deleted, long start)
    {
        var log = _fixture.Written(17);
        log.Offsets.Committed(At(17));

        Assert.Equal(deleted, log.ApplyRetention(null, bytes, At(17)));

        Assert.Equal((At(start), At(17)), (log.Offsets.Start, log.Offsets.End));
        Assert.Equal(17 - start, ValuesFrom(log, At(start)).Length);
        Assert.Equal(Math.Max(1, 4 - deleted), log.SegmentCount);
    }

    [Fact]
    public void By_age_a_segment_goes_when_its_youngest_record_is_too_old()
    {
        var log = _fixture.Open();
        var now = _fixture.Clock.NowMs;
        for (var i = 0; i < 15; i++) log.Append(Hundred(i, now - 10_000 + (i * 1000)), Epoch(1));
        log.Offsets.Committed(At(15));

        // The first segment's youngest record is 6 s old, the second's 1 s, the third's 0 s or younger.
        Assert.Equal(0, log.ApplyRetention(TimeSpan.FromSeconds(6), null, At(15)));
        Assert.Equal(1, log.ApplyRetention(TimeSpan.FromMilliseconds(5999), null, At(15)));
        Assert.Equal(At(5), log.Offsets.Start);
        _fixture.Clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal(2, log.ApplyRetention(TimeSpan.FromHours(1), null, At(15)));

        Assert.Equal((At(15), At(15), 1, 0L), (log.Offsets.Start, log.Offsets.End, log.SegmentCount, log.SizeInBytes));
        Assert.Equal(At(15), log.Append(Hundred(15), Epoch(1)).BaseOffset);
    }

    [Fact]
    public void Only_what_is_wholly_below_the_high_watermark_goes()
    {
        var log = _fixture.Written(17);
        log.Offsets.Committed(At(14));

        Assert.Equal(2, log.ApplyRetention(null, 0, At(17)));
        Assert.Equal(At(10), log.Offsets.Start);
        Assert.Equal(0, log.ApplyRetention(null, 0, At(3)));
    }

    [Fact]
    public void An_empty_log_keeps_its_empty_segment()
    {
        var log = _fixture.Open();
        Assert.Equal(0, log.ApplyRetention(TimeSpan.Zero, 0, At(0)));
        Assert.Equal(0, log.ApplyRetention(null, null, At(0)));
    }

    [Fact]
    public void The_new_start_survives_a_power_loss_and_so_does_the_end()
    {
        var log = _fixture.Written(17);
        log.Offsets.Committed(At(17));
        log.ApplyRetention(null, 0, At(17));
        log.Dispose();
        _fixture.Crash(CrashKind.LoseUnflushed);

        log = _fixture.Open();

        Assert.Equal((At(17), At(17)), (log.Offsets.Start, log.Offsets.End));
    }

    [Theory, InlineData(3, 4), InlineData(5, 3), InlineData(16, 1), InlineData(17, 1)]
    public void Deleting_records_moves_the_start_and_frees_whole_segments(long start, int segments)
    {
        var log = _fixture.Written(17);
        log.Offsets.Committed(At(17));

        log.DeleteBefore(At(start));
        log.DeleteBefore(At(1));

        Assert.Equal((At(start), segments), (log.Offsets.Start, log.SegmentCount));
        log.Dispose();
        _fixture.Crash(CrashKind.LoseUnflushed);
        log = _fixture.Open();
        Assert.Equal((At(start), At(17)), (log.Offsets.Start, log.Offsets.End));
        Assert.Equal(ReadOutcome.OffsetOutOfRange, log.Read(At(start - 1), At(17), 100, firstBatchWhole: true).Outcome);
        Assert.Equal(17 - start, ValuesFrom(log, At(start)).Length);
    }

    [Fact]
    public void Records_above_the_high_watermark_cannot_be_deleted()
    {
        var log = _fixture.Written(3);
        Assert.Throws<InvariantException>(() => log.DeleteBefore(At(1)));
    }
}
