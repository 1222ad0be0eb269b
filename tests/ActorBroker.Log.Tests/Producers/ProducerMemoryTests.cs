using static ActorBroker.Log.Tests.LogFixture;

namespace ActorBroker.Log.Tests.Producers;

/// <summary>What is remembered of producers, how long, and across what.</summary>
public sealed class ProducerMemoryTests
{
    private readonly LogFixture _fixture = new() { Settings = Small with { SegmentBytes = 500 } };

    [Theory, InlineData(true), InlineData(false)]
    public void Producers_are_known_after_reopening(bool clean)
    {
        var log = _fixture.Open();
        for (var i = 0; i < 20; i++) log.Append(Produced(i % 3, 0, i / 3), Epoch(1));
        if (clean)
        {
            log.Close();
        }
        else
        {
            log.Dispose();
            _fixture.Crash();
        }

        log = _fixture.Open();

        Assert.Equal(3, log.ProducerCount);
        Assert.Equal((AppendVerdict.Duplicate, At(19)), Verdict(log, 1, 6));
        Assert.Equal((AppendVerdict.Duplicate, At(7)), Verdict(log, 1, 2));
        Assert.Equal((AppendVerdict.OutOfOrderSequence, Offset.None), Verdict(log, 1, 1));
        Assert.Equal((AppendVerdict.Appended, At(20)), Verdict(log, 1, 7));
    }

    [Fact]
    public void The_newest_two_snapshots_are_kept()
    {
        var log = _fixture.Open();
        for (var i = 0; i < 40; i++) log.Append(Produced(1, 0, i), Epoch(1));
        Assert.Equal(2, Snapshots().Length);
        log.Close();

        Assert.Equal(2, Snapshots().Length);
        Assert.Equal(Path.GetFileName(SnapshotPath(40)), Snapshots()[1]);
    }

    [Fact]
    public void A_snapshot_written_while_rolling_does_not_know_batches_that_a_crash_took()
    {
        var log = _fixture.Open();
        log.Flush();
        for (var i = 0; i < 12; i++) log.Stage(Produced(1, 0, i), Epoch(1));
        log.WriteStaged();
        log.Dispose();
        _fixture.Crash();
        _fixture.Cut(LogPath(LastSegment()), 0);

        log = _fixture.Open();

        var end = log.Offsets.End;
        Assert.True(end < At(12));
        Assert.Equal((AppendVerdict.Appended, end), Verdict(log, 1, (int)end.Value));
    }

    [Fact]
    public void Truncation_forgets_what_was_cut_and_only_that()
    {
        var log = _fixture.Open();
        for (var i = 0; i < 20; i++) log.Append(Produced(1, 0, i), Epoch(1));

        log.TruncateTo(At(8));

        Assert.Equal((AppendVerdict.Duplicate, At(7)), Verdict(log, 1, 7));
        Assert.Equal((AppendVerdict.OutOfOrderSequence, Offset.None), Verdict(log, 1, 9));
        Assert.Equal((AppendVerdict.Appended, At(8)), Verdict(log, 1, 8));
    }

    [Fact]
    public void Producers_stay_known_when_their_records_are_deleted()
    {
        var log = _fixture.Open();
        for (var i = 0; i < 3; i++) log.Append(Produced(1, 0, i), Epoch(1));
        for (var i = 0; i < 20; i++) log.Append(Hundred(i), Epoch(1));
        log.Offsets.Committed(log.Offsets.End);
        log.DeleteBefore(At(20));

        Assert.Equal((AppendVerdict.Duplicate, At(2)), Verdict(log, 1, 2));
        log.Close();
        Assert.Equal((AppendVerdict.Duplicate, At(2)), Verdict(_fixture.Open(), 1, 2));
    }

    [Fact]
    public void A_producer_that_wrote_nothing_for_the_expiry_time_is_forgotten()
    {
        var log = _fixture.Open();
        log.Append(Produced(1, 0, 0), Epoch(1));
        _fixture.Clock.Advance(TimeSpan.FromMinutes(40));
        log.Append(Produced(2, 0, 0), Epoch(1));
        _fixture.Clock.Advance(TimeSpan.FromMinutes(20));
        Assert.Equal(AppendVerdict.Duplicate, Verdict(log, 1, 0).Item1);
        _fixture.Clock.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal(AppendVerdict.Appended, Verdict(log, 1, 500).Item1);
        Assert.Equal(AppendVerdict.Duplicate, Verdict(log, 2, 0).Item1);
        log.Close();
        _fixture.Clock.Advance(TimeSpan.FromMinutes(50));
        Assert.Equal(1, _fixture.Open().ProducerCount);
    }

    [Fact]
    public void Forgotten_producers_cost_no_memory_however_many_there_were()
    {
        var log = _fixture.Open();
        for (var i = 0; i < 20_000; i++)
        {
            log.Stage(Produced(i, 0, 0), Epoch(1));
            if (i % 100 == 0) _fixture.Clock.Advance(TimeSpan.FromMinutes(10));
        }

        Assert.True(log.ProducerCount <= 2048, $"{log.ProducerCount} producers");
    }

    [Fact]
    public void A_full_table_forgets_who_wrote_longest_ago()
    {
        _fixture.Settings = Small with { ProducersMax = 50 };
        var log = _fixture.Open();
        for (var i = 0; i < 500; i++)
        {
            log.Append(Produced(i, 0, 0), Epoch(1));
            _fixture.Clock.Advance(TimeSpan.FromMilliseconds(1));
        }

        Assert.InRange(log.ProducerCount, 40, 50);
        Assert.Equal((AppendVerdict.Duplicate, At(480)), Verdict(log, 480, 0));
        Assert.Equal((AppendVerdict.Appended, At(500)), Verdict(log, 400, 7));
    }

    [Fact]
    public void A_snapshot_is_what_the_readme_draws()
    {
        var log = _fixture.Open();
        log.Append(Produced(0x0102030405060708, 9, 10, recordCount: 2), Epoch(1));
        log.Close();

        var bytes = _fixture.Disk.Contents()[SnapshotPath(2)];

        var time = $"{_fixture.Clock.NowMs:X16}";
        var expected = "41425053" + "0001" + "00000001" + "0000000000000002"
            + "0102030405060708" + "0009" + "0000000B" + time + "FFFFFFFFFFFFFFFF" + "01"
            + "0000000A" + "0000000B" + "0000000000000000" + "0000000000000001" + "FFFFFFFFFFFFFFFF";
        Assert.Equal(expected, Convert.ToHexString(bytes.AsSpan(0, bytes.Length - 4)));
    }

    [Fact]
    public void No_damaged_snapshot_is_taken_for_a_whole_one()
    {
        var table = new ProducerTable();
        for (var i = 0; i < 3; i++)
        {
            var batch = Produced(i, 0, 0);
            Assert.Equal(BatchError.None, BatchView.Read(batch, int.MaxValue, out var view));
            table.Note(view, 1000, Small);
        }

        var bytes = ProducerSnapshot.Encode(table, At(9));
        var copy = new ProducerTable();
        Assert.True(ProducerSnapshot.TryDecode(bytes, At(9), copy));
        Assert.Equal(3, copy.Count);
        for (var i = 0; i < bytes.Length; i++)
        {
            Assert.False(ProducerSnapshot.TryDecode(bytes.AsSpan(0, i), At(9), new ProducerTable()));
            bytes[i] ^= 1;
            Assert.False(ProducerSnapshot.TryDecode(bytes, At(9), new ProducerTable()));
            bytes[i] ^= 1;
        }

        Assert.False(ProducerSnapshot.TryDecode(bytes, At(8), new ProducerTable()));
    }

    private static (AppendVerdict, Offset) Verdict(PartitionLog log, long producerId, int sequence)
    {
        var result = log.Append(Produced(producerId, 0, sequence), Epoch(1));
        return (result.Verdict, result.BaseOffset);
    }

    private string[] Snapshots() => [.. _fixture.Disk.ListFiles(Folder).Where(name => name.EndsWith(".snapshot", StringComparison.Ordinal))];

    private long LastSegment() =>
        _fixture.Disk.ListFiles(Folder).Select(name => SegmentFileName.TryParse(name, SegmentFileName.Log, out var at) ? at.Value : -1).Max();
}
