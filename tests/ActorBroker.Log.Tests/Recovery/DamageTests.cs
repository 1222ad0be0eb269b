using System.Buffers.Binary;
using static ActorBroker.Log.Tests.LogFixture;

namespace ActorBroker.Log.Tests.Recovery;

/// <summary>What no crash explains is refused, and nothing on the disk is changed.</summary>
public sealed class DamageTests
{
    private readonly LogFixture _fixture = new() { Settings = Small with { SegmentBytes = 500 } };

    [Fact]
    public void A_flipped_bit_before_a_whole_batch_is_damage_even_if_it_was_never_flushed()
    {
        _fixture.Written(4, flush: false).Dispose();
        _fixture.Crash();
        _fixture.Damage(LogPath(0), 170);

        var refused = AssertRefused(LogPath(0), 100);

        Assert.Contains("a whole batch follows at byte 200", refused.Message);
    }

    [Fact]
    public void A_damaged_length_before_a_whole_batch_is_damage()
    {
        _fixture.Written(4, flush: false).Dispose();
        _fixture.Crash();
        _fixture.Damage(LogPath(0), 110);

        AssertRefused(LogPath(0), 100);
    }

    [Fact]
    public void A_flipped_bit_in_what_was_flushed_is_damage_also_in_the_last_batch()
    {
        _fixture.Written(2).Close();
        RemoveMarker();
        _fixture.Damage(LogPath(0), 100 + 8);

        var refused = AssertRefused(LogPath(0), 100);

        Assert.Contains("was flushed", refused.Message);
    }

    [Fact]
    public void A_flipped_bit_in_a_rolled_segment_that_was_not_flushed_is_damage_also_in_its_last_batch()
    {
        _fixture.Written(7, flush: false).Dispose();
        _fixture.Crash();
        _fixture.Damage(LogPath(0), 470);

        Assert.Contains("segments follow", AssertRefused(LogPath(0), 400).Message);
    }

    [Fact]
    public void A_damaged_length_in_the_last_batch_of_a_rolled_segment_is_damage()
    {
        _fixture.Written(7, flush: false).Dispose();
        _fixture.Crash();
        _fixture.Damage(LogPath(0), 400 + 10);

        AssertRefused(LogPath(0), 400);
    }

    [Fact]
    public void A_file_that_lost_flushed_bytes_is_damage()
    {
        _fixture.Written(2).Close();
        RemoveMarker();
        _fixture.Cut(LogPath(0), 100);

        Assert.Contains("flushed up to 2", AssertRefused(LogPath(0), 100).Message);
    }

    [Fact]
    public void A_clean_marker_does_not_hide_a_shorter_file()
    {
        _fixture.Written(2).Close();
        _fixture.Cut(LogPath(0), 150);

        AssertRefused(LogPath(0), 100);
    }

    [Fact]
    public void A_damaged_end_of_a_flushed_segment_is_damage()
    {
        _fixture.Written(7).Dispose();
        _fixture.Damage(LogPath(0), 400 + 16);

        AssertRefused(LogPath(0), 400);
    }

    [Fact]
    public void A_missing_segment_among_flushed_ones_is_damage()
    {
        _fixture.Written(12).Dispose();
        _fixture.Disk.DeleteFile(LogPath(5));

        AssertRefused(LogPath(0), 500);
    }

    [Fact]
    public void A_missing_segment_is_damage_when_its_index_is_still_there()
    {
        _fixture.Written(12, flush: false).Dispose();
        _fixture.Crash();
        _fixture.Disk.DeleteFile(LogPath(5));

        Assert.Contains("offsets 5..9 before this segment are missing", AssertRefused(LogPath(10), 0).Message);
    }

    [Fact]
    public void Segments_that_overlap_are_damage()
    {
        _fixture.Written(7, flush: false).Dispose();
        _fixture.Crash();
        var first = _fixture.Disk.Contents()[LogPath(0)];
        var extra = Hundred(5);
        BatchView.Stamp(extra, At(5), Epoch(1));
        _fixture.Overwrite(LogPath(0), [.. first, .. extra]);

        Assert.Contains("overlaps", AssertRefused(LogPath(5), 0).Message);
    }

    [Fact]
    public void Missing_first_segments_are_damage()
    {
        var log = _fixture.Written(12);
        log.Offsets.Committed(At(12));
        log.DeleteBefore(At(2));
        log.Dispose();
        _fixture.Disk.DeleteFile(LogPath(0));

        Assert.Contains("first segments are missing", AssertRefused(LogPath(5), 0).Message);
    }

    [Fact]
    public void A_folder_that_lost_all_its_segments_is_damage()
    {
        _fixture.Written(2).Close();
        _fixture.Disk.DeleteFile(LogPath(0));

        Assert.Contains("no segment file", AssertRefused(Folder, 0).Message);
    }

    [Fact]
    public void A_leader_epoch_that_goes_back_is_damage()
    {
        var log = _fixture.Written(2, flush: false);
        log.Append(Hundred(2), Epoch(5));
        log.Append(Hundred(3), Epoch(5));
        log.Dispose();
        _fixture.Crash();
        using (var file = _fixture.Disk.Open(LogPath(0)))
        {
            var epoch = new byte[4];
            BinaryPrimitives.WriteInt32BigEndian(epoch, 9);
            file.Write(epoch, 112);
        }

        Assert.Contains("goes back from 9 to 5", AssertRefused(LogPath(0), 200).Message);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_leader_epoch_that_the_epoch_file_does_not_know_is_damage(bool isClean)
    {
        _fixture.Written(4).Close();
        if (!isClean) RemoveMarker();

        _fixture.Damage(LogPath(0), 300 + 13);    // no checksum covers it

        Assert.Contains("has leader epoch", Assert.Throws<LogCorruptException>(_fixture.Open).Message);
        _fixture.Disk.DeleteFile(PathOf(EpochHistory.FileName));
        Assert.True(_fixture.Open().LastEpoch > Epoch(1));
    }

    [Fact]
    public void A_last_batch_that_covers_more_than_the_segment_is_damage_where_the_index_is_made_again()
    {
        _fixture.Written(7).Close();
        using (var file = _fixture.Disk.Open(LogPath(0)))
        {
            file.Write([0x7f, 0xff, 0xff, 0xff], 400 + 23);
        }

        _fixture.Disk.DeleteFile(IndexPath(0));

        Assert.Throws<LogCorruptException>(_fixture.Open);
    }

    [Fact]
    public void A_header_damaged_while_the_log_is_open_is_told_to_the_reader()
    {
        var log = _fixture.Written(4);
        _fixture.Damage(LogPath(0), 216);

        var refused = Assert.Throws<LogCorruptException>(() => log.Read(At(0), At(4), 1000, firstBatchWhole: true));

        Assert.Equal((LogPath(0), 200L), (refused.Path, refused.Position));
        using var before = log.Read(At(0), At(4), 200, firstBatchWhole: true).Batches;
        Assert.Equal(200, before?.Length);
    }

    [Fact]
    public void A_file_cut_while_the_log_is_open_is_told_to_the_reader()
    {
        var log = _fixture.Written(4);
        _fixture.Cut(LogPath(0), 350);

        Assert.Throws<LogCorruptException>(() => log.Read(At(0), At(4), 1000, firstBatchWhole: true));
    }

    private void RemoveMarker() => _fixture.Disk.DeleteFile(PathOf(LogCheckpoints.CleanCloseName));

    private LogCorruptException AssertRefused(string path, long position)
    {
        var before = _fixture.Disk.Contents();
        var refused = Assert.Throws<LogCorruptException>(_fixture.Open);
        Assert.Equal((path, position), (refused.Path, refused.Position));
        Assert.Equal(before, _fixture.Disk.Contents());
        Assert.Equal(0, _fixture.Disk.OpenFiles);
        return refused;
    }
}
