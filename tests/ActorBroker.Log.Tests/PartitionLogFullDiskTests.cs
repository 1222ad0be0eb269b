using ActorBroker.Testing;
using static ActorBroker.Log.Tests.LogFixture;

namespace ActorBroker.Log.Tests;

/// <summary>The disk takes no more: what was there before is as it was.</summary>
public sealed class PartitionLogFullDiskTests
{
    private readonly LogFixture _fixture = new();

    [Theory, InlineData(DiskOperation.Write, ".log", 0), InlineData(DiskOperation.Write, ".log", 150), InlineData(DiskOperation.Delete, ".checkpoint", 0)]
    public void What_was_there_before_a_failed_append_can_be_read(DiskOperation operation, string nameEnding, int bytesWritten)
    {
        var log = _fixture.Written(4);
        log.Close();
        log = _fixture.Open();
        _fixture.Disk.Fail(operation, nameEnding, bytesWritten: bytesWritten);
        log.Stage(Hundred(4), Epoch(2));
        log.Stage(Hundred(5), Epoch(2));

        Assert.Throws<LogIOException>(log.WriteStaged);

        Assert.True(log.HasFailedToAppend);
        Assert.Equal((At(0), At(4)), (log.Offsets.Start, log.Offsets.End));
        Assert.Equal(4, ValuesFrom(log, At(0)).Length);
        Assert.Equal(400, log.BytesFrom(At(0)));
        Assert.Null(log.FindByTimestamp(1, At(4)));
        Assert.Null(log.FindMaxTimestamp(At(4)));
        Assert.Throws<LogIOException>(() => log.Append(Hundred(4), Epoch(2)));
        Assert.Throws<LogIOException>(() => log.TruncateTo(At(2)));
        Assert.Throws<LogIOException>(log.Close);
    }

    [Fact]
    public void A_segment_that_cannot_be_begun_leaves_the_ones_before_it_readable()
    {
        var log = _fixture.Open();
        var written = 0;
        for (; log.SegmentCount < 3; written++) log.Append(Hundred(written), Epoch(1));
        while (true)
        {
            // Until the third segment is full, too: the next batch needs a fourth.
            _fixture.Disk.Fail(DiskOperation.Open, LogName(written));
            try
            {
                log.Append(Hundred(written), Epoch(1));
                written++;
                _fixture.Disk.ClearFaults();
            }
            catch (LogIOException refused)
            {
                Assert.Equal(LogPath(written), refused.Path);
                break;
            }
        }

        Assert.True(log.HasFailedToAppend);
        Assert.Equal(written, ValuesFrom(log, At(0)).Length);
        log.Dispose();
        log = _fixture.Open();
        Assert.Equal(At(written), log.Append(Hundred(written), Epoch(1)).BaseOffset);
    }

    [Fact]
    public void A_log_that_cannot_be_closed_cleanly_can_be_read_on()
    {
        var log = _fixture.Written(4);
        _fixture.Disk.Fail(DiskOperation.Replace);

        Assert.Throws<LogIOException>(log.Close);

        Assert.True(log.HasFailedToAppend);
        Assert.Equal(log.Offsets.End, log.Offsets.Flushed);
        Assert.Equal(4, ValuesFrom(log, At(0)).Length);
        Assert.Throws<LogIOException>(() => log.Append(Hundred(4), Epoch(2)));
    }

    [Theory, InlineData(DiskOperation.Replace), InlineData(DiskOperation.Delete)]
    public void A_change_that_stopped_halfway_leaves_nothing_readable(DiskOperation operation)
    {
        var log = _fixture.Open();
        for (var i = 0; log.SegmentCount < 3; i++) log.Append(Hundred(i), Epoch(1));
        log.Offsets.Committed(log.Offsets.End);
        _fixture.Disk.Fail(operation);

        Assert.Throws<LogIOException>(() => log.DeleteBefore(log.Offsets.End));

        Assert.False(log.HasFailedToAppend);
        Assert.Throws<LogIOException>(() => log.Read(log.Offsets.Start, log.Offsets.End, 100, firstBatchWhole: true));
    }
}
