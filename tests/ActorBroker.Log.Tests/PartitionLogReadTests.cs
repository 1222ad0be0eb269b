using ActorBroker.Testing;
using static ActorBroker.Log.Tests.LogFixture;

namespace ActorBroker.Log.Tests;

public sealed class PartitionLogReadTests
{
    private readonly LogFixture _fixture = new();

    [Fact]
    public void A_read_returns_as_many_whole_batches_as_fit()
    {
        var log = _fixture.Written(10);

        Assert.Equal((At(5), 300), Read(log, 2, 10, 399));
        Assert.Equal((At(6), 400), Read(log, 2, 10, 400));
        Assert.Equal((At(10), 800), Read(log, 2, 10, int.MaxValue));
    }

    [Fact]
    public void The_first_batch_comes_whole_only_when_asked_for()
    {
        var log = _fixture.Written(3);

        Assert.Equal((At(1), 100), Read(log, 0, 3, 1));
        Assert.Equal((At(1), 100), Read(log, 0, 3, 0));
        Assert.Equal(new LogRead(ReadOutcome.Ok, null, At(0)), log.Read(At(0), At(3), 99, firstBatchWhole: false));
        using var fits = log.Read(At(0), At(3), 100, firstBatchWhole: false).Batches;
        Assert.Equal(100, fits?.Length);
    }

    [Fact]
    public void A_first_batch_far_above_the_bound_comes_whole()
    {
        var log = _fixture.Open();
        log.Append(BatchOf(4000), Epoch(1));
        log.Append(Hundred(1), Epoch(1));

        Assert.Equal((At(1), 4000), Read(log, 0, 2, 10));
    }

    [Fact]
    public void A_read_inside_a_batch_begins_with_that_batch()
    {
        var log = _fixture.Open();
        log.Append(Batch("a", "b", "c"), Epoch(1));
        log.Append(Batch("d", "e"), Epoch(1));

        Assert.Equal(["b", "c", "d", "e"], ValuesFrom(log, At(1)));
        Assert.Equal(["e"], ValuesFrom(log, At(4)));
    }

    [Fact]
    public void No_batch_from_the_end_bound_on_is_returned()
    {
        var log = _fixture.Written(10);

        Assert.Equal((At(4), 200), Read(log, 2, 4, 10_000));
        Assert.Equal(new LogRead(ReadOutcome.Ok, null, At(4)), log.Read(At(4), At(4), 100, firstBatchWhole: true));
        Assert.Equal(new LogRead(ReadOutcome.Ok, null, At(5)), log.Read(At(5), At(4), 100, firstBatchWhole: true));
        Assert.Equal(new LogRead(ReadOutcome.Ok, null, At(10)), log.Read(At(10), At(99), 100, firstBatchWhole: true));
    }

    [Fact]
    public void Offsets_outside_the_log_are_out_of_range()
    {
        var log = _fixture.Written(10);
        log.Offsets.Committed(At(10));
        log.DeleteBefore(At(3));

        Assert.Equal(new LogRead(ReadOutcome.OffsetOutOfRange, null, At(2)), log.Read(At(2), At(10), 100, firstBatchWhole: true));
        Assert.Equal(ReadOutcome.OffsetOutOfRange, log.Read(At(11), At(20), 100, firstBatchWhole: true).Outcome);
        Assert.Equal((At(4), 100), Read(log, 3, 10, 100));
    }

    [Fact]
    public void A_read_stops_at_the_end_of_a_segment_and_goes_on_in_the_next()
    {
        _fixture.Settings = Small with { SegmentBytes = 500 };
        var log = _fixture.Written(12);

        Assert.Equal((At(5), 200), Read(log, 3, 12, 10_000));
        Assert.Equal((At(10), 500), Read(log, 5, 12, 10_000));
        Assert.Equal((At(12), 200), Read(log, 10, 12, 10_000));
        Assert.Equal(12, ValuesFrom(log, At(0), bytesMax: 150).Length);
    }

    [Fact]
    public void A_consumer_at_the_tail_reads_what_was_appended_since()
    {
        _fixture.Settings = Small with { SegmentBytes = 500 };
        var log = _fixture.Open();
        for (var i = 0; i < 23; i++)
        {
            log.Append(Hundred(i), Epoch(1));
            Assert.StartsWith($"v{i} ", Assert.Single(ValuesFrom(log, At(i))), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Many_consumers_in_many_segments_keep_few_files_open()
    {
        _fixture.Settings = Small with { SegmentBytes = 500 };
        var log = _fixture.Written(100);
        for (var round = 0; round < 3; round++)
        {
            for (var i = 0; i < 100; i += 7) Assert.StartsWith($"v{i} ", ValuesFrom(log, At(i), At(i + 1))[0], StringComparison.Ordinal);
        }

        // Three files for each of four segments read last, and for the one that grows.
        Assert.InRange(_fixture.Disk.OpenFiles, 1, 3 * (4 + 1));
        Assert.Equal(20, log.SegmentCount);
        log.Dispose();
        Assert.Equal(0, _fixture.Disk.OpenFiles);
    }

    [Fact]
    public void A_disk_that_fails_to_read_says_which_file_and_the_log_stays_usable()
    {
        var log = _fixture.Written(3);
        _fixture.Disk.Fail(DiskOperation.Read, ".log");

        var refused = Assert.Throws<LogIOException>(() => log.Read(At(0), At(3), 1000, firstBatchWhole: true));

        Assert.Equal(LogPath(0), refused.Path);
        Assert.Equal((At(3), 300), Read(log, 0, 3, 1000));
    }

    [Fact]
    public void Reading_while_batches_are_staged_is_a_bug_of_the_caller()
    {
        var log = _fixture.Written(3);
        log.Stage(Hundred(3), Epoch(1));

        Assert.Throws<InvariantException>(() => log.Read(At(0), At(3), 100, firstBatchWhole: true));
    }

    [Fact]
    public void Bytes_from_an_offset_count_to_the_end_of_the_log()
    {
        _fixture.Settings = Small with { SegmentBytes = 500 };
        var log = _fixture.Written(12);

        Assert.Equal((1200, 900, 200, 0), (log.BytesFrom(At(0)), log.BytesFrom(At(3)), log.BytesFrom(At(10)), log.BytesFrom(At(12))));
    }

    private static (Offset, int) Read(PartitionLog log, long from, long end, int bytesMax)
    {
        var read = log.Read(At(from), At(end), bytesMax, firstBatchWhole: true);
        using var batches = read.Batches;
        Assert.Equal(ReadOutcome.Ok, read.Outcome);
        Assert.NotNull(batches);
        var records = Records(batches.Bytes.Span);
        Assert.Equal(At(from), records[0].Offset);
        return (read.Next, batches.Length);
    }
}
