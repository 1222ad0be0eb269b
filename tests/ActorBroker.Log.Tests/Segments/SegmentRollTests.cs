using static ActorBroker.Log.Tests.LogFixture;

namespace ActorBroker.Log.Tests.Segments;

/// <summary>When a new segment begins.</summary>
public sealed class SegmentRollTests
{
    private readonly LogFixture _fixture = new();

    [Fact]
    public void A_segment_is_filled_to_the_last_byte()
    {
        _fixture.Settings = Small with { SegmentBytes = 300 };
        var log = _fixture.Written(3);
        Assert.Equal(1, log.SegmentCount);

        log.Append(Hundred(3), Epoch(1));

        Assert.Equal([LogName(0), LogName(3)], Segments());
    }

    [Fact]
    public void Age_counts_from_the_first_record_by_the_records_own_time()
    {
        _fixture.Settings = Small with { SegmentAge = TimeSpan.FromSeconds(1) };
        var log = _fixture.Open();
        log.Append(Hundred(0, 5000), Epoch(1));
        log.Append(Hundred(1, 6000), Epoch(1));
        _fixture.Clock.Advance(TimeSpan.FromDays(1));
        log.Append(Hundred(2, 4000), Epoch(1));
        Assert.Equal(1, log.SegmentCount);

        log.Append(Hundred(3, 6001), Epoch(1));

        Assert.Equal([LogName(0), LogName(3)], Segments());
    }

    [Fact]
    public void Age_counts_by_the_clock_where_records_have_no_time()
    {
        _fixture.Settings = Small with { SegmentAge = TimeSpan.FromSeconds(1) };
        var log = _fixture.Written(1);
        _fixture.Clock.Advance(TimeSpan.FromSeconds(1));
        log.Append(Hundred(1), Epoch(1));
        Assert.Equal(1, log.SegmentCount);
        _fixture.Clock.Advance(TimeSpan.FromMilliseconds(1));

        log.Append(Hundred(2), Epoch(1));

        Assert.Equal([LogName(0), LogName(2)], Segments());
    }

    [Fact]
    public void Age_is_known_again_after_reopening()
    {
        _fixture.Settings = Small with { SegmentAge = TimeSpan.FromSeconds(1) };
        var log = _fixture.Open();
        log.Append(Hundred(0, 5000), Epoch(1));
        log.Close();
        log = _fixture.Open();

        log.Append(Hundred(1, 6001), Epoch(1));

        Assert.Equal(2, log.SegmentCount);
    }

    [Fact]
    public void Batches_staged_together_can_be_of_two_ages()
    {
        _fixture.Settings = Small with { SegmentAge = TimeSpan.FromSeconds(1) };
        var log = _fixture.Open();
        foreach (var time in new[] { 5000, 5500, 7000, 7500, 9000 }) log.Stage(Hundred(0, time), Epoch(1));

        log.WriteStaged();

        Assert.Equal([LogName(0), LogName(2), LogName(4)], Segments());
    }

    [Fact]
    public void A_full_offset_index_ends_a_segment()
    {
        _fixture.Settings = Small with { IndexIntervalBytes = 0, IndexBytesMax = 5 * OffsetIndex.EntryBytes };
        _ = _fixture.Written(8);

        // The first batch needs no entry.
        Assert.Equal([LogName(0), LogName(6)], Segments());
    }

    [Fact]
    public void A_full_time_index_ends_a_segment()
    {
        _fixture.Settings = Small with { IndexIntervalBytes = 0, IndexBytesMax = 5 * TimeIndex.EntryBytes };
        var log = _fixture.Open();
        for (var i = 0; i < 8; i++) log.Append(Hundred(i, 1000 + i), Epoch(1));
        log.Close();

        Assert.Equal([LogName(0), LogName(5)], Segments());
        Assert.True(_fixture.Disk.Contents()[TimeIndexPath(0)].Length <= _fixture.Settings.IndexBytesMax);
    }

    [Fact]
    public void An_offset_too_far_from_the_base_ends_a_segment()
    {
        var log = _fixture.Open();
        var far = new BatchWriter { LastOffsetDelta = int.MaxValue };
        far.Add(-1, NullableBytes.Null, NullableBytes.Null);
        log.Append(far.ToArray(), Epoch(1));
        Assert.Equal(1, log.SegmentCount);

        log.Append(Hundred(0), Epoch(1));

        Assert.Equal([LogName(0), LogName(1L << 31)], Segments());
        Assert.Equal(At((1L << 31) + 1), log.Offsets.End);
        log.Dispose();
        log = _fixture.Open();
        Assert.Equal((At((1L << 31) + 1), 0L), (log.Offsets.End, log.Recovery.CutBytes));
        Assert.Single(ValuesFrom(log, At(1L << 31)));
    }

    [Fact]
    public void Smaller_segments_by_a_new_setting_begin_with_the_next_append()
    {
        var log = _fixture.Written(5);
        log.Settings = Small with { SegmentBytes = 200 };

        log.Append(Hundred(5), Epoch(1));
        log.Append(Hundred(6), Epoch(1));
        log.Append(Hundred(7), Epoch(1));

        Assert.Equal([LogName(0), LogName(5), LogName(7)], Segments());
    }

    private string[] Segments() => [.. _fixture.Disk.ListFiles(Folder).Where(name => name.EndsWith(".log", StringComparison.Ordinal))];
}
