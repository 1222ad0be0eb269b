using ActorBroker.Testing;
using static ActorBroker.Log.Tests.LogFixture;

namespace ActorBroker.Log.Tests.Recovery;

/// <summary>A log that was closed properly opens without a scan, once.</summary>
public sealed class CleanCloseTests
{
    private readonly LogFixture _fixture = new() { Settings = Small with { SegmentBytes = 1000 } };

    [Fact]
    public void Open_after_a_close_scans_nothing_even_after_a_power_loss()
    {
        _fixture.Written(25, flush: false).Close();
        _fixture.Crash(CrashKind.LoseUnflushed);

        var log = _fixture.Open();

        Assert.True(log.Recovery.WasClean);
        Assert.Equal((0, 0L), (log.Recovery.SegmentsScanned, log.Recovery.BytesScanned));
        Assert.Empty(log.Recovery.RebuiltIndexes);
        Assert.Equal((At(0), At(25), At(25)), (log.Offsets.Start, log.Offsets.Flushed, log.Offsets.End));
        Assert.Equal(25, ValuesFrom(log, At(0)).Length);
        Assert.Equal(At(25), log.Append(Hundred(25), Epoch(1)).BaseOffset);
    }

    [Fact]
    public void The_marker_is_gone_from_the_disk_before_the_first_write()
    {
        _fixture.Written(5).Close();
        var log = _fixture.Open();
        _fixture.Disk.Fail(DiskOperation.Write, ".log");

        Assert.Throws<LogIOException>(() => log.Append(Hundred(5), Epoch(1)));
        _fixture.Crash(CrashKind.LoseUnflushed);

        Assert.False(_fixture.Disk.FileExists(PathOf(LogCheckpoints.CleanCloseName)));
        Assert.False(_fixture.Open().Recovery.WasClean);
    }

    [Fact]
    public void A_log_that_was_only_read_stays_clean_and_costs_no_write()
    {
        _fixture.Written(25).Close();
        var log = _fixture.Open();
        var before = _fixture.Disk.Calls.ToDictionary();
        Assert.Equal(25, ValuesFrom(log, At(0)).Length);
        log.Offsets.Committed(At(25));
        log.Close();

        foreach (var operation in new[] { DiskOperation.Write, DiskOperation.Flush, DiskOperation.Replace, DiskOperation.FlushFolder })
        {
            Assert.Equal(before[operation], _fixture.Disk.Calls[operation]);
        }

        Assert.True(_fixture.Open().Recovery.WasClean);
    }

    [Fact]
    public void An_abandoned_log_is_not_clean()
    {
        _fixture.Written(5).Close();
        var log = _fixture.Open();
        log.Append(Hundred(5), Epoch(1));
        log.Dispose();

        Assert.Equal((false, At(6)), (_fixture.Open().Recovery.WasClean, _fixture.Open().Offsets.End));
    }

    [Fact]
    public void A_changed_index_makes_a_close_unclean_and_the_log_is_scanned_from_its_end_on()
    {
        _fixture.Written(5).Close();
        _fixture.Cut(IndexPath(0), 0);

        var log = _fixture.Open();

        Assert.Equal((false, 0L, At(5)), (log.Recovery.WasClean, log.Recovery.BytesScanned, log.Offsets.End));
    }

    [Fact]
    public void An_empty_log_closes_and_opens()
    {
        _fixture.Open().Close();
        Assert.True(_fixture.Open().Recovery.WasClean);
    }

    [Fact]
    public void A_closed_log_is_not_usable()
    {
        var log = _fixture.Written(1);
        log.Close();

        Assert.Throws<ObjectDisposedException>(() => log.Append(Hundred(1), Epoch(1)));
        Assert.Throws<ObjectDisposedException>(() => log.Read(At(0), At(1), 100, firstBatchWhole: true));
        Assert.Throws<ObjectDisposedException>(log.Close);
        log.Dispose();
    }

    [Fact]
    public void The_clean_marker_is_what_the_readme_draws()
    {
        _fixture.Written(25).Close();

        var marker = _fixture.Disk.Contents()[PathOf(LogCheckpoints.CleanCloseName)];

        Assert.Equal("41424350" + "01" + "03" + "0005", Convert.ToHexString(marker.AsSpan(0, 8)));
        long[] values = [25, 20, 500, 8, 0];
        for (var i = 0; i < 5; i++) Assert.Equal(values[i], System.Buffers.Binary.BinaryPrimitives.ReadInt64BigEndian(marker.AsSpan(8 + (8 * i))));
        Assert.Equal(8 + 40 + 4, marker.Length);
        Assert.Equal(Crc32C.Of(marker.AsSpan(0, 48)), System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(marker.AsSpan(48)));
    }
}
