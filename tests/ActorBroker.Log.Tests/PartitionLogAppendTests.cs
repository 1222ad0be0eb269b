using ActorBroker.Testing;
using static ActorBroker.Log.Tests.LogFixture;

namespace ActorBroker.Log.Tests;

public sealed class PartitionLogAppendTests
{
    private readonly LogFixture _fixture = new();

    [Fact]
    public void A_batch_gets_offsets_and_epoch_in_place_and_keeps_its_crc()
    {
        var log = _fixture.Open();
        log.Append(Batch(5, "a", "b"), Epoch(3));
        var batch = Batch(7, "c", "d", "e");

        var result = log.Append(batch, Epoch(4));

        Assert.Equal(new AppendResult(AppendVerdict.Appended, At(2), At(4), 7), result);
        Assert.Equal(BatchError.None, BatchView.Read(batch, int.MaxValue, out var view));
        Assert.Equal((At(2), Epoch(4)), (view.BaseOffset, view.Epoch));
        Assert.Equal((At(5), Epoch(4)), (log.Offsets.End, log.LastEpoch));
        Assert.Equal((Offset.Zero, Offset.Zero), (log.Offsets.HighWatermark, log.Offsets.Flushed));
    }

    [Fact]
    public void Everything_staged_goes_out_in_one_write()
    {
        var log = _fixture.Open();
        var before = _fixture.Disk.Calls.GetValueOrDefault(DiskOperation.Write);
        for (var i = 0; i < 10; i++) Assert.Equal(At(i), log.Stage(Hundred(i), Epoch(1)).BaseOffset);
        Assert.Equal(Offset.Zero, log.Offsets.End);

        log.WriteStaged();

        Assert.Equal(before + 1, _fixture.Disk.Calls[DiskOperation.Write]);
        Assert.Equal((At(10), 1000L), (log.Offsets.End, log.SizeInBytes));
        log.WriteStaged();
        Assert.Equal(before + 1, _fixture.Disk.Calls[DiskOperation.Write]);
    }

    [Fact]
    public void Staged_batches_that_need_three_segments_go_out_in_three_writes()
    {
        _fixture.Settings = Small with { SegmentBytes = 500 };
        var log = _fixture.Open();
        for (var i = 0; i < 12; i++) log.Stage(Hundred(i), Epoch(1));

        log.WriteStaged();

        Assert.Equal((3, At(12), 1200L), (log.SegmentCount, log.Offsets.End, log.SizeInBytes));
        Assert.Equal([500, 500, 200], new[] { 0, 5, 10 }.Select(at => _fixture.Disk.Contents()[LogPath(at)].Length));
        Assert.Equal(12, ValuesFrom(log, At(0)).Length);
    }

    [Fact]
    public void A_batch_larger_than_a_segment_is_refused_and_leaves_no_trace()
    {
        _fixture.Settings = Small with { SegmentBytes = 500 };
        var log = _fixture.Open();

        Assert.Equal(AppendVerdict.TooLargeForSegment, log.Append(BatchOf(501), Epoch(1)).Verdict);
        Assert.Equal(new AppendResult(AppendVerdict.Appended, At(0), At(0), -1), log.Append(BatchOf(500), Epoch(1)));
    }

    [Fact]
    public void A_replicated_batch_keeps_its_offsets_epoch_and_needs_no_sequence()
    {
        var log = _fixture.Open();
        var batch = Produced(9, 0, baseSequence: 500);
        BatchView.Stamp(batch, At(0), Epoch(7));

        var result = log.StageReplicated(batch);
        log.WriteStaged();

        Assert.Equal((AppendVerdict.Appended, At(0), Epoch(7)), (result.Verdict, result.BaseOffset, log.LastEpoch));
        Assert.Equal(AppendVerdict.Duplicate, log.Append(Produced(9, 0, baseSequence: 500), Epoch(7)).Verdict);
        Assert.Throws<InvariantException>(() => log.StageReplicated(batch));
    }

    [Fact]
    public void A_leader_epoch_below_the_last_is_a_bug_of_the_caller()
    {
        var log = _fixture.Open();
        log.Append(Batch("a"), Epoch(3));

        Assert.Throws<InvariantException>(() => log.Append(Batch("b"), Epoch(2)));
        Assert.Throws<InvariantException>(() => log.Stage(new byte[61], Epoch(3)));
    }

    [Fact]
    public void A_flush_that_completes_while_batches_are_staged_does_not_disturb_them()
    {
        _fixture.Settings = Small with { SegmentBytes = 500 };
        var log = _fixture.Written(6, flush: false);
        var ticket = log.BeginFlush();
        ticket.Run();
        Assert.Equal(At(6), log.Stage(Hundred(6), Epoch(1)).BaseOffset);

        log.CompleteFlush(ticket);
        log.WriteStaged();

        Assert.Equal((At(6), At(7)), (log.Offsets.Flushed, log.Offsets.End));
    }

    [Fact]
    public void A_failed_write_ends_the_instance_until_it_is_reopened()
    {
        var log = _fixture.Written(2);
        _fixture.Disk.Fail(DiskOperation.Write, ".log", bytesWritten: 150);
        log.Stage(Hundred(2), Epoch(1));
        log.Stage(Hundred(3), Epoch(1));

        var refused = Assert.Throws<LogIOException>(log.WriteStaged);

        Assert.Equal(LogPath(0), refused.Path);
        var later = Assert.Throws<LogIOException>(() => log.Append(Hundred(4), Epoch(1)));
        Assert.Contains("until it is reopened", later.Message);
        Assert.Contains("injected fault", later.Message);
        Assert.Throws<LogIOException>(log.Flush);
        Assert.Throws<LogIOException>(log.Close);
        log.Dispose();
        Assert.Equal(At(3), _fixture.Open().Offsets.End);
    }

    [Fact]
    public void A_full_disk_keeps_what_was_written_before_and_goes_on_when_there_is_room()
    {
        var log = _fixture.Written(3);
        _fixture.Disk.BytesMax = _fixture.Disk.Contents().Values.Sum(file => (long)file.Length) + 40;

        Assert.Throws<LogIOException>(() => log.Append(Hundred(3), Epoch(1)));
        Assert.Equal(3, ValuesFrom(log, At(0)).Length);
        log.Dispose();
        Assert.False(log.HasFailedToAppend);
        _fixture.Disk.BytesMax = long.MaxValue;
        log = _fixture.Open();

        Assert.Equal((At(3), 40L), (log.Offsets.End, log.Recovery.CutBytes));
        Assert.Equal(At(3), log.Append(Hundred(3), Epoch(1)).BaseOffset);
    }
}
