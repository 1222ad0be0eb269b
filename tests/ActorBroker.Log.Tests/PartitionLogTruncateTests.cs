using ActorBroker.Testing;
using static ActorBroker.Log.Tests.LogFixture;

namespace ActorBroker.Log.Tests;

public sealed class PartitionLogTruncateTests
{
    private readonly LogFixture _fixture = new() { Settings = Small with { SegmentBytes = 500, IndexIntervalBytes = 0 } };

    [Theory, InlineData(16), InlineData(15), InlineData(14), InlineData(5), InlineData(1), InlineData(0)]
    public void What_is_cut_is_gone_and_the_log_goes_on_there(long end)
    {
        var log = _fixture.Written(17);

        log.TruncateTo(At(end));

        Assert.Equal((At(end), At(end)), (log.Offsets.End, log.Offsets.Flushed));
        Assert.Equal(end * 100, log.SizeInBytes);
        Assert.Equal(end, ValuesFrom(log, At(0)).Length);
        Assert.Equal(At(end), log.Append(Hundred(99), Epoch(1)).BaseOffset);
        Assert.StartsWith("v99 ", ValuesFrom(log, At(end))[0], StringComparison.Ordinal);
        log.Close();
        Assert.Equal(end + 1, ValuesFrom(_fixture.Open(), At(0)).Length);
    }

    [Fact]
    public void A_power_loss_does_not_bring_back_what_was_cut()
    {
        var log = _fixture.Written(17);
        log.TruncateTo(At(7));
        log.Append(Hundred(70), Epoch(2));
        log.Dispose();
        _fixture.Crash(CrashKind.LoseUnflushed);

        log = _fixture.Open();

        Assert.Equal((At(7), Epoch(1)), (log.Offsets.End, log.LastEpoch));
    }

    [Fact]
    public void A_batch_that_holds_the_offset_goes_as_a_whole()
    {
        var log = _fixture.Open();
        log.Append(Batch("a"), Epoch(1));
        log.Append(Batch("b", "c", "d"), Epoch(1));

        log.TruncateTo(At(2));

        Assert.Equal(At(1), log.Offsets.End);
    }

    [Fact]
    public void Nothing_below_the_high_watermark_can_be_cut()
    {
        var log = _fixture.Written(3);
        log.Offsets.Committed(At(2));

        Assert.Throws<InvariantException>(() => log.TruncateTo(At(1)));
        Assert.Throws<InvariantException>(() => log.TruncateTo(At(4)));
        log.TruncateTo(At(3));
        log.TruncateTo(At(2));
        Assert.Equal(At(2), log.Offsets.End);
    }

    [Fact]
    public void Largest_time_and_indexes_are_those_of_what_is_left()
    {
        _fixture.Settings = Small with { IndexIntervalBytes = 250 };
        var log = _fixture.Open();
        for (var i = 0; i < 30; i++) log.Append(Hundred(i, 1000 + (i % 10 * 10) + i), Epoch(1));

        log.TruncateTo(At(9));

        Assert.Equal(new TimestampHit(At(8), 1088, Epoch(1)), log.FindMaxTimestamp(At(9)));
        Assert.Equal(At(3), log.FindByTimestamp(1030, At(9))?.Offset);
        log.Append(Hundred(9, 1050), Epoch(1));
        log.Close();
        log = _fixture.Open();
        Assert.True(log.Recovery.WasClean);
        Assert.Equal(1088, log.FindMaxTimestamp(At(10))?.Timestamp);
    }

    [Fact]
    public void A_consumer_that_read_what_was_cut_reads_what_came_in_its_place()
    {
        var log = _fixture.Written(8);
        Assert.Equal(8, ValuesFrom(log, At(0), bytesMax: 100).Length);
        log.TruncateTo(At(4));
        log.Append(BatchOf(170), Epoch(2));
        log.Append(Hundred(50), Epoch(2));

        Assert.StartsWith("v50 ", ValuesFrom(log, At(5))[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Starting_over_leaves_an_empty_log_at_the_new_offset_durably()
    {
        var log = _fixture.Written(17);
        log.StartOver(At(100));

        Assert.Equal((At(100), At(100), At(100), 0L), (log.Offsets.Start, log.Offsets.HighWatermark, log.Offsets.End, log.SizeInBytes));
        Assert.Equal(LeaderEpoch.None, log.LastEpoch);
        Assert.Equal(At(100), log.Append(Hundred(1), Epoch(1)).BaseOffset);
        log.Dispose();
        _fixture.Crash(CrashKind.LoseUnflushed);
        log = _fixture.Open();
        Assert.Equal((At(100), At(100)), (log.Offsets.Start, log.Offsets.End));
    }

    [Theory, InlineData(0), InlineData(1), InlineData(2), InlineData(3), InlineData(4), InlineData(5), InlineData(6), InlineData(7), InlineData(9)]
    public void A_crash_while_starting_over_leaves_the_old_log_or_the_new_one(int deletions)
    {
        var log = _fixture.Written(17);
        _fixture.Disk.Fail(DiskOperation.Delete, after: deletions);
        Assert.Throws<LogIOException>(() => log.StartOver(At(100)));
        log.Dispose();
        _fixture.Crash(CrashKind.LoseNothing);

        log = _fixture.Open();

        Assert.Contains((log.Offsets.Start.Value, log.Offsets.End.Value), new[] { (0L, 17L), (100L, 100L) });
    }

    [Fact]
    public void A_deleted_log_is_gone_with_its_folder()
    {
        _fixture.Written(17).Close();
        _fixture.Disk.CreateFolder("/data/topic-1");

        PartitionLog.Delete(_fixture.Disk, Folder);
        PartitionLog.Delete(_fixture.Disk, Folder);

        Assert.Equal(["topic-1"], _fixture.Disk.ListFolders("/data"));
        Assert.Equal(At(0), _fixture.Open().Offsets.End);
    }

    [Theory, InlineData(1), InlineData(2), InlineData(3), InlineData(4), InlineData(5)]
    public void A_crash_while_deleting_leaves_the_whole_log_or_a_leftover_that_is_cleared(int seed)
    {
        _fixture.Written(17).Close();
        _fixture.Crash(CrashKind.LoseNothing);
        var files = _fixture.Disk.ListFiles(Folder);
        PartitionLog.Delete(_fixture.Disk, Folder);
        _fixture.Crash(CrashKind.TearWrites, seed);

        var isThere = _fixture.Disk.FolderExists(Folder);
        if (isThere) Assert.Equal(files, _fixture.Disk.ListFiles(Folder));
        PartitionLog.DeleteLeftovers(_fixture.Disk, "/data");

        Assert.Equal(isThere ? ["topic-0"] : [], _fixture.Disk.ListFolders("/data"));
    }

    [Fact]
    public void An_older_leftover_does_not_stand_in_the_way_of_a_deletion()
    {
        _fixture.Written(3).Close();
        _fixture.Disk.CreateFolder(Folder + ".deleted");
        _fixture.Disk.Replace(Folder + ".deleted/x", [1]);

        PartitionLog.Delete(_fixture.Disk, Folder);

        Assert.Empty(_fixture.Disk.ListFolders("/data"));
        Assert.Empty(_fixture.Disk.Contents());
    }
}
