using ActorBroker.Testing;
using static ActorBroker.Log.Tests.LogFixture;

namespace ActorBroker.Log.Tests.Recovery;

/// <summary>What a crash leaves at the end of a log, and what is cut.</summary>
public sealed class TornTailTests
{
    private readonly LogFixture _fixture = new();

    [Fact]
    public void A_new_folder_opens_empty_and_clean()
    {
        var log = _fixture.Open();

        Assert.Equal((Offset.Zero, Offset.Zero, Offset.Zero), (log.Offsets.Start, log.Offsets.HighWatermark, log.Offsets.End));
        Assert.Equal(LeaderEpoch.None, log.LastEpoch);
        Assert.True(log.Recovery.WasClean);
        Assert.Empty(log.Recovery.RebuiltIndexes);
        Assert.Equal([LogName(0)], _fixture.Disk.ListFiles(Folder));
    }

    [Fact]
    public void Open_after_a_kill_keeps_everything_and_scans_it()
    {
        _fixture.Written(3, flush: false);
        _fixture.Crash(CrashKind.LoseNothing);

        var log = _fixture.Open();

        Assert.Equal(At(3), log.Offsets.End);
        Assert.Equal(At(3), log.Offsets.Flushed);
        Assert.Equal(Offset.Zero, log.Offsets.HighWatermark);
        Assert.Equal((false, 0L, At(3), null, 1, 300L), Summary(log.Recovery));
        Assert.Equal(["v0", "v1", "v2"], ValuesFrom(log, Offset.Zero).Select(value => value[..2]));
    }

    [Theory, InlineData(1), InlineData(8), InlineData(16), InlineData(40), InlineData(61), InlineData(99)]
    public void Open_after_a_torn_write_keeps_every_whole_batch(int bytesWritten)
    {
        var log = _fixture.Written(2);
        _fixture.Disk.Fail(DiskOperation.Write, ".log", bytesWritten: bytesWritten);
        Assert.Throws<LogIOException>(() => log.Append(BatchOf(100), Epoch(1)));
        log.Dispose();

        var reopened = _fixture.Open();

        Assert.Equal(At(2), reopened.Offsets.End);
        Assert.Equal((bytesWritten, LogPath(0), 200L), (reopened.Recovery.CutBytes, reopened.Recovery.File, reopened.Recovery.Position));
        Assert.NotNull(reopened.Recovery.Reason);
        Assert.Equal(200, reopened.SizeInBytes);
        Assert.Equal(At(2), reopened.Append(BatchOf(100), Epoch(1)).BaseOffset);
    }

    [Fact]
    public void A_damaged_last_batch_that_was_not_flushed_is_cut()
    {
        _fixture.Written(3, flush: false);
        _fixture.Crash();
        _fixture.Damage(LogPath(0), 270);

        var log = _fixture.Open();

        Assert.Equal(At(2), log.Offsets.End);
        Assert.Equal(100, log.Recovery.CutBytes);
        Assert.Contains("CRC", log.Recovery.Reason);
    }

    [Fact]
    public void Rubbish_behind_the_last_batch_is_cut()
    {
        _fixture.Written(2);
        _fixture.Crash();
        var bytes = _fixture.Disk.Contents()[LogPath(0)];
        _fixture.Overwrite(LogPath(0), [.. bytes, .. Enumerable.Repeat((byte)0x7f, 700)]);

        var log = _fixture.Open();

        Assert.Equal((At(2), 700L), (log.Offsets.End, log.Recovery.CutBytes));
    }

    [Fact]
    public void A_sector_that_never_reached_the_disk_is_a_torn_tail_even_before_whole_batches()
    {
        _fixture.Written(20, flush: false);
        _fixture.Crash();
        var bytes = _fixture.Disk.Contents()[LogPath(0)];
        bytes.AsSpan(512, 512).Clear();
        _fixture.Overwrite(LogPath(0), bytes);

        var log = _fixture.Open();

        Assert.Equal((At(5), 1500L, 500L), (log.Offsets.End, log.Recovery.CutBytes, log.Recovery.Position));
        Assert.Equal(At(5), log.Append(BatchOf(100), Epoch(1)).BaseOffset);
    }

    [Fact]
    public void A_value_that_looks_like_a_batch_does_not_turn_a_torn_batch_into_damage()
    {
        var inner = Batch("inner");
        BatchView.Stamp(inner, At(50), Epoch(1));
        var writer = new BatchWriter();
        writer.Add(-1, NullableBytes.Null, (byte[])[.. inner, .. Enumerable.Repeat((byte)'x', 200)]);
        var log = _fixture.Written(2);
        log.Append(writer.ToArray(), Epoch(1));
        log.Dispose();
        _fixture.Crash();
        _fixture.Cut(LogPath(0), 200 + inner.Length + 100);

        Assert.Equal(At(2), _fixture.Open().Offsets.End);
    }

    [Fact]
    public void A_rolled_segment_that_lost_its_tail_ends_the_log_and_what_follows_is_set_aside()
    {
        _fixture.Settings = Small with { SegmentBytes = 500 };
        _fixture.Written(12, flush: false);
        _fixture.Crash();
        _fixture.Cut(LogPath(0), 430);
        var later = _fixture.Disk.Contents()[LogPath(5)];

        var log = _fixture.Open();

        Assert.Equal((At(4), 30L, LogPath(0), 400L), (log.Offsets.End, log.Recovery.CutBytes, log.Recovery.File, log.Recovery.Position));
        Assert.Equal([LogName(10), LogName(5)], log.Recovery.SetAside);
        Assert.Equal(later, _fixture.Disk.Contents()[LogPath(5) + ".cut"]);
        Assert.Equal(1, log.SegmentCount);
        Assert.Equal(At(4), log.Append(BatchOf(100), Epoch(1)).BaseOffset);
    }

    [Fact]
    public void A_rolled_segment_that_lost_whole_batches_ends_the_log()
    {
        _fixture.Settings = Small with { SegmentBytes = 500 };
        _fixture.Written(7, flush: false);
        _fixture.Crash();
        _fixture.Cut(LogPath(0), 300);

        var log = _fixture.Open();

        Assert.Equal((At(3), 0L), (log.Offsets.End, log.Recovery.CutBytes));
        Assert.Equal([LogName(5)], log.Recovery.SetAside);
        Assert.Contains("begins at 5", log.Recovery.Reason);
    }

    [Fact]
    public void An_empty_last_segment_is_where_the_log_goes_on()
    {
        _fixture.Settings = Small with { SegmentBytes = 500 };
        _fixture.Written(6);
        _fixture.Crash();
        _fixture.Cut(LogPath(5), 0);
        _fixture.Disk.DeleteFile(PathOf(LogCheckpoints.RecoveryPointName));

        var log = _fixture.Open();

        Assert.Equal((At(5), 2, At(5)), (log.Offsets.End, log.SegmentCount, log.Append(BatchOf(100), Epoch(1)).BaseOffset));
    }

    [Fact]
    public void An_empty_segment_in_the_middle_of_what_was_not_flushed_ends_the_log()
    {
        _fixture.Settings = Small with { SegmentBytes = 500 };
        _fixture.Written(12, flush: false);
        _fixture.Crash();
        _fixture.Cut(LogPath(5), 0);

        var log = _fixture.Open();

        Assert.Equal(At(5), log.Offsets.End);
        Assert.Equal([LogName(10)], log.Recovery.SetAside);
    }

    [Fact]
    public void Only_what_is_behind_the_recovery_point_is_scanned()
    {
        _fixture.Settings = Small with { SegmentBytes = 500 };
        var log = _fixture.Written(12);
        log.Append(BatchOf(100), Epoch(1));
        log.Dispose();
        _fixture.Crash();

        var reopened = _fixture.Open();

        Assert.Equal((1, 100L, At(13)), (reopened.Recovery.SegmentsScanned, reopened.Recovery.BytesScanned, reopened.Offsets.End));
    }

    [Fact]
    public void A_tail_lost_below_the_log_start_lets_the_log_begin_again_at_its_start()
    {
        var log = _fixture.Written(4, flush: false);
        log.Offsets.Committed(At(4));
        log.DeleteBefore(At(4));
        log.Dispose();
        _fixture.Crash(CrashKind.LoseUnflushed);
        Assert.Empty(_fixture.Disk.ListFiles(Folder).Where(name => name.EndsWith(".log", StringComparison.Ordinal)).Skip(1));

        var reopened = _fixture.Open();

        Assert.Equal((At(4), At(4)), (reopened.Offsets.Start, reopened.Offsets.End));
        Assert.Equal(At(4), reopened.Append(BatchOf(100), Epoch(1)).BaseOffset);
    }

    [Fact]
    public void Every_prefix_of_a_log_file_opens_with_the_batches_that_are_whole_in_it()
    {
        var log = _fixture.Open();
        var borders = new List<long> { 0 };
        for (var i = 0; i < 6; i++)
        {
            log.Append(BatchOf(80 + (i * 7)), Epoch(1));
            borders.Add(log.SizeInBytes);
        }

        log.Dispose();
        for (var length = 0; length <= borders[^1]; length++)
        {
            var fixture = new LogFixture { Disk = _fixture.Disk.Copy() };
            fixture.Cut(LogPath(0), length);

            var prefix = fixture.Open();

            var whole = borders.FindLastIndex(border => border <= length);
            Assert.Equal((At(whole), length - borders[whole]), (prefix.Offsets.End, prefix.Recovery.CutBytes));
            Assert.Equal(whole, ValuesFrom(prefix, Offset.Zero).Length);
        }
    }

    private static (bool, long, Offset, string?, int, long) Summary(RecoveryReport report) =>
        (report.WasClean, report.CutBytes, report.End, report.File, report.SegmentsScanned, report.BytesScanned);
}
