using static ActorBroker.Log.Tests.LogFixture;

namespace ActorBroker.Log.Tests.Recovery;

/// <summary>Everything beside the segments can be lost and is made again; what is not ours is left alone.</summary>
public sealed class SideFileTests
{
    private readonly LogFixture _fixture = new() { Settings = Small with { SegmentBytes = 1000 } };

    public static TheoryData<string> Damages => ["missing", "empty", "short", "odd", "zeros", "rubbish"];

    [Theory, MemberData(nameof(Damages))]
    public void The_offset_index_of_a_flushed_segment_is_made_again(string damage)
    {
        _fixture.Written(25).Close();
        var whole = _fixture.Disk.Contents()[IndexPath(0)];
        Assert.Equal(3 * OffsetIndex.EntryBytes, whole.Length);
        Damage(IndexPath(0), damage);

        var log = _fixture.Open();

        Assert.Contains(Path.GetFileName(IndexPath(0)), log.Recovery.RebuiltIndexes);
        Assert.Equal(25, ValuesFrom(log, At(0), bytesMax: 100).Length);
        log.Close();
        Assert.Equal(whole, _fixture.Disk.Contents()[IndexPath(0)]);
    }

    [Theory, MemberData(nameof(Damages))]
    public void The_time_index_of_a_flushed_segment_is_made_again(string damage)
    {
        var log = _fixture.Open();
        for (var i = 0; i < 25; i++) log.Append(Hundred(i, 1000 + i), Epoch(1));
        log.Close();
        var whole = _fixture.Disk.Contents()[TimeIndexPath(0)];
        Assert.Equal(3 * TimeIndex.EntryBytes, whole.Length);
        Damage(TimeIndexPath(0), damage);

        log = _fixture.Open();

        for (var i = 0; i < 25; i++) Assert.Equal(new TimestampHit(At(i), 1000 + i, Epoch(1)), log.FindByTimestamp(1000 + i, At(25)));
        Assert.Equal(1024, log.FindMaxTimestamp(At(25))?.Timestamp);
        Assert.Equal(1004, log.FindMaxTimestamp(At(5))?.Timestamp);
        log.Dispose();
        Assert.Equal(whole, _fixture.Disk.Contents()[TimeIndexPath(0)]);
    }

    [Fact]
    public void A_wrong_entry_in_the_middle_of_an_index_is_noticed_when_it_is_used()
    {
        _fixture.Written(25).Close();
        var whole = _fixture.Disk.Contents()[IndexPath(0)];
        _fixture.Damage(IndexPath(0), OffsetIndex.EntryBytes + 7);

        var log = _fixture.Open();

        for (var i = 24; i >= 0; i--) Assert.StartsWith($"v{i} ", ValuesFrom(log, At(i), bytesMax: 100)[0], StringComparison.Ordinal);
        log.Dispose();
        Assert.Equal(whole, _fixture.Disk.Contents()[IndexPath(0)]);
    }

    [Fact]
    public void An_entry_below_the_segment_is_noticed_when_it_is_used()
    {
        _fixture.Written(25).Close();
        using (var index = _fixture.Disk.Open(IndexPath(0)))
        {
            index.Write([0xff, 0xff, 0xff, 0xff], OffsetIndex.EntryBytes);    // offset -1, which is no offset's at all
        }

        var log = _fixture.Open();

        for (var i = 24; i >= 0; i--) Assert.StartsWith($"v{i} ", ValuesFrom(log, At(i), bytesMax: 100)[0], StringComparison.Ordinal);
    }

    [Fact]
    public void A_start_that_leaves_no_room_for_records_is_damage_and_the_log_begins_with_its_first_segment()
    {
        _fixture.Written(3).Close();
        _fixture.Overwrite(PathOf(LogCheckpoints.LogStartName), Checkpoint.Encode(CheckpointKind.LogStart, long.MaxValue));

        var log = _fixture.Open();

        Assert.Contains(LogCheckpoints.LogStartName, log.Recovery.RebuiltIndexes);
        Assert.Equal(3, ValuesFrom(log, At(0)).Length);
        log.Append(Hundred(3), Epoch(1));
    }

    [Fact]
    public void Indexes_after_a_crash_are_those_of_a_log_that_never_crashed()
    {
        var log = _fixture.Open();
        for (var i = 0; i < 25; i++) log.Append(Hundred(i, 1000 + (i * 7 % 10)), Epoch(1));
        var other = new LogFixture { Settings = _fixture.Settings, Disk = _fixture.Disk.Copy() };
        other.Open().Close();
        log.Close();

        foreach (var path in _fixture.Disk.Contents().Keys.Where(path => path.EndsWith("index", StringComparison.Ordinal)))
        {
            Assert.Equal(_fixture.Disk.Contents()[path], other.Disk.Contents()[path]);
        }
    }

    [Theory, MemberData(nameof(Damages))]
    public void The_epoch_file_is_made_again(string damage)
    {
        var log = _fixture.Written(12);
        log.Append(Hundred(12), Epoch(3));
        log.Close();
        var whole = _fixture.Disk.Contents()[PathOf(EpochHistory.FileName)];
        Assert.Equal("0\n2\n1 0\n3 12\n", System.Text.Encoding.ASCII.GetString(whole));
        Damage(PathOf(EpochHistory.FileName), damage);

        log = _fixture.Open();

        Assert.Contains(EpochHistory.FileName, log.Recovery.RebuiltIndexes);
        Assert.Equal(new EpochEnd(Epoch(1), At(12)), log.EndOfEpoch(Epoch(2)));
        Assert.Equal(Epoch(3), log.LastEpoch);
        log.Append(Hundred(13), Epoch(3));
        log.Close();
        Assert.Equal(whole, _fixture.Disk.Contents()[PathOf(EpochHistory.FileName)]);
    }

    [Theory]
    [InlineData("0\n1\n7 0\n")]
    [InlineData("0\n3\n1 0\n3 12\n7 12\n")]
    [InlineData("0\n2\n1 0\n3 11\n")]
    [InlineData("0\n2\n1 0\n2 12\n")]
    [InlineData("0\n1\n3 12\n")]
    [InlineData("0\n3\n1 0\n3 12\n9 99\n")]
    [InlineData("0\n0\n")]
    public void An_epoch_file_that_the_batches_do_not_agree_with_is_made_again(string text)
    {
        foreach (var close in new[] { true, false })
        {
            var fixture = new LogFixture { Settings = _fixture.Settings };
            var log = fixture.Written(12);
            log.Append(Hundred(12), Epoch(3));
            log.Flush();
            if (close)
            {
                log.Close();
            }
            else
            {
                log.Dispose();
            }

            fixture.Overwrite(PathOf(EpochHistory.FileName), System.Text.Encoding.ASCII.GetBytes(text));

            log = fixture.Open();

            Assert.Equal(new EpochEnd(Epoch(1), At(12)), log.EndOfEpoch(Epoch(2)));
            Assert.Equal(Epoch(3), log.LastEpoch);
            Assert.Equal(At(13), log.Append(Hundred(13), Epoch(3)).BaseOffset);
            log.Close();
            Assert.Equal("0\n2\n1 0\n3 12\n", System.Text.Encoding.ASCII.GetString(fixture.Disk.Contents()[PathOf(EpochHistory.FileName)]));
        }
    }

    [Theory, MemberData(nameof(Damages))]
    public void The_producer_snapshot_is_made_again(string damage)
    {
        var log = _fixture.Open();
        log.Append(Produced(7, 0, 0, recordCount: 3), Epoch(1));
        log.Close();
        Damage(SnapshotPath(3), damage);

        log = _fixture.Open();

        Assert.Equal(damage != "missing", log.Recovery.RebuiltIndexes.Contains(Path.GetFileName(SnapshotPath(3))));
        Assert.Equal((AppendVerdict.Duplicate, At(0)), VerdictOf(log.Append(Produced(7, 0, 0, recordCount: 3), Epoch(1))));
        Assert.Equal((AppendVerdict.Appended, At(3)), VerdictOf(log.Append(Produced(7, 0, 3), Epoch(1))));
    }

    [Theory, MemberData(nameof(Damages))]
    public void A_recovery_point_that_cannot_be_read_means_that_everything_is_scanned(string damage)
    {
        _fixture.Written(25).Dispose();
        Damage(PathOf(LogCheckpoints.RecoveryPointName), damage);

        var log = _fixture.Open();

        Assert.Equal((3, 2500L), (log.Recovery.SegmentsScanned, log.Recovery.BytesScanned));
        Assert.Equal(At(25), log.Offsets.End);
    }

    [Theory, MemberData(nameof(Damages))]
    public void A_log_start_that_cannot_be_read_is_the_first_segments_and_is_reported(string damage)
    {
        var log = _fixture.Written(25);
        log.Offsets.Committed(At(25));
        log.DeleteBefore(At(12));
        log.Close();
        Damage(PathOf(LogCheckpoints.LogStartName), damage);

        log = _fixture.Open();

        Assert.Equal(At(10), log.Offsets.Start);
        Assert.Contains(LogCheckpoints.LogStartName, log.Recovery.RebuiltIndexes);
    }

    [Theory, MemberData(nameof(Damages))]
    public void Without_a_readable_clean_marker_the_log_is_scanned(string damage)
    {
        _fixture.Written(5).Close();
        Damage(PathOf(LogCheckpoints.CleanCloseName), damage);

        var log = _fixture.Open();

        Assert.Equal((false, 1, At(5)), (log.Recovery.WasClean, log.Recovery.SegmentsScanned, log.Offsets.End));
    }

    [Fact]
    public void Leftovers_of_ours_are_cleared_and_strangers_are_left_alone()
    {
        _fixture.Written(5).Dispose();
        string[] ours =
        [
            LogName(3) + ".deleted", LogName(0) + ".tmp", EpochHistory.FileName + ".tmp", LogCheckpoints.CleanCloseName + ".tmp",
            Path.GetFileName(IndexPath(70)), Path.GetFileName(TimeIndexPath(70)),
        ];
        string[] strangers =
        [
            "hard-state.journal", "hard-state.journal.tmp", "partition.metadata", "5.log", "0000000000000000000x.log", LogName(5) + ".cut",
            "99999999999999999999.log", "notes.deleted",
        ];
        foreach (var name in ours.Concat(strangers)) _fixture.Disk.Replace(PathOf(name), [1, 2, 3]);

        var log = _fixture.Open();

        var names = _fixture.Disk.ListFiles(Folder);
        Assert.Empty(names.Intersect(ours));
        Assert.Equal(strangers.Order(StringComparer.Ordinal), names.Intersect(strangers));
        Assert.Equal(At(5), log.Offsets.End);
    }

    [Fact]
    public void Segments_left_below_the_log_start_are_deleted()
    {
        var log = _fixture.Written(25);
        log.Offsets.Committed(At(25));
        var before = _fixture.Disk.Contents();
        log.DeleteBefore(At(21));
        log.Dispose();
        _fixture.Overwrite(LogPath(0), before[LogPath(0)]);
        _fixture.Overwrite(LogPath(10), before[LogPath(10)]);

        log = _fixture.Open();

        Assert.Equal((At(21), 1), (log.Offsets.Start, log.SegmentCount));
        Assert.False(_fixture.Disk.FileExists(LogPath(0)));
        Assert.False(_fixture.Disk.FileExists(LogPath(10)));
    }

    private static (AppendVerdict, Offset) VerdictOf(AppendResult result) => (result.Verdict, result.BaseOffset);

    private void Damage(string path, string damage)
    {
        var bytes = _fixture.Disk.Contents()[path];
        switch (damage)
        {
            case "missing": _fixture.Disk.DeleteFile(path); break;
            case "empty": _fixture.Overwrite(path, []); break;
            case "short": _fixture.Overwrite(path, bytes.AsSpan(0, bytes.Length / 24 * 12)); break;
            case "odd": _fixture.Overwrite(path, bytes.AsSpan(0, bytes.Length - 1)); break;
            case "zeros": _fixture.Overwrite(path, new byte[bytes.Length]); break;
            default: _fixture.Overwrite(path, [.. Enumerable.Range(0, bytes.Length).Select(i => (byte)(i * 37 + 11))]); break;
        }
    }
}
