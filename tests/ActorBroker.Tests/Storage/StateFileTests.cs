using ActorBroker.Log;
using ActorBroker.Log.Files;
using ActorBroker.Storage;
using ActorBroker.Tests.Support;

namespace ActorBroker.Tests.Storage;

public sealed class StateFileTests : IDisposable
{
    private const int HeaderBytes = 16;
    private readonly TemporaryFolder _folder = new();
    private readonly DiskFiles _files = new();

    private string Folder => Path.Combine(_folder.Path, "state");

    private string File => Path.Combine(Folder, StateFile.Name);

    [Fact]
    public void What_is_appended_is_read_again()
    {
        Append(1, 2);
        Append(3);
        StateFile.Read(_files, Folder, out var entries, out var deletedTo);
        Assert.Equal([1L, 2, 3], entries.Select(entry => entry.SequenceNr));
        Assert.All(entries, entry => Assert.Equal((7, $"m{entry.SequenceNr}"), (entry.SerializerId, entry.Manifest)));
        Assert.Equal([3, 3, 3], entries[2].Payload);
        Assert.Equal(0, deletedTo);
    }

    [Fact]
    public void A_file_that_is_missing_is_empty()
    {
        StateFile.Read(_files, Folder, out var entries, out var deletedTo);
        Assert.Empty(entries);
        Assert.Equal(0, deletedTo);
        StateFile.DeleteTo(_files, Folder, 5);
        Assert.False(System.IO.File.Exists(File));
    }

    [Fact]
    public void An_event_that_is_said_to_be_deleted_is_damage()
    {
        Append(1, 2, 3);
        var bytes = System.IO.File.ReadAllBytes(File);
        bytes[8] = 1;    // deleted up to, which no checksum covers
        System.IO.File.WriteAllBytes(File, bytes);

        Assert.Throws<LogCorruptException>(() => StateFile.Read(_files, Folder, out _, out _));
    }

    [Theory]
    [InlineData(2, 1)]
    [InlineData(2, 2)]
    public void An_event_that_does_not_come_after_the_one_before_it_is_damage(int first, int second)
    {
        Append(first);
        var position = new FileInfo(File).Length;
        Append(second);

        Assert.Equal(position, Assert.Throws<LogCorruptException>(() => StateFile.Read(_files, Folder, out _, out _)).Position);
    }

    [Fact]
    public void A_torn_last_frame_is_cut_wherever_it_ends()
    {
        Append(1);
        var first = (int)new FileInfo(File).Length;
        Append(2);
        var whole = System.IO.File.ReadAllBytes(File);
        for (var length = first; length < whole.Length; length++)
        {
            System.IO.File.WriteAllBytes(File, whole[..length]);
            Assert.Equal(first, StateFile.Read(_files, Folder, out var entries, out _));
            Assert.Single(entries);

            Append(3);
            Assert.Equal([1L, 3], Numbers());
        }
    }

    [Fact]
    public void A_last_frame_that_was_not_written_whole_is_cut()
    {
        Append(1);
        Append(2);
        Damage(^1);
        Assert.Equal([1L], Numbers());
        Append(2);
        Assert.Equal([1L, 2], Numbers());
    }

    [Fact]
    public void A_last_write_of_zeros_is_cut()
    {
        // The file system made the file longer, the data never came: what a power cut leaves on ext4 and XFS.
        Append(1);
        var whole = System.IO.File.ReadAllBytes(File);
        System.IO.File.WriteAllBytes(File, [.. whole, .. new byte[100]]);
        Assert.Equal([1L], Numbers());
        Append(2);
        Assert.Equal([1L, 2], Numbers());
    }

    [Fact]
    public void A_damaged_frame_in_the_middle_is_refused()
    {
        Append(1);
        var first = (int)new FileInfo(File).Length;
        Append(2);
        Damage(first - 1);
        Assert.Equal(HeaderBytes, Assert.Throws<LogCorruptException>(() => Numbers()).Position);
        Assert.Throws<LogCorruptException>(() => Append(3));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    public void Another_file_is_refused(int position)
    {
        Append(1);
        Damage(position);
        Assert.Throws<LogCorruptException>(() => Numbers());
    }

    [Fact]
    public void A_length_that_cannot_be_is_refused()
    {
        Append(1);
        Append(2);
        Damage(HeaderBytes + 3);
        Assert.Throws<LogCorruptException>(() => Numbers());
    }

    [Fact]
    public void A_damaged_length_that_reaches_beyond_the_file_is_refused_while_events_follow()
    {
        Append(1, 2, 3);
        var bytes = System.IO.File.ReadAllBytes(File);
        bytes[HeaderBytes + 2] ^= 1;    // 65,536 bytes more
        System.IO.File.WriteAllBytes(File, bytes);

        Assert.Throws<LogCorruptException>(() => StateFile.Read(_files, Folder, out _, out _));
    }

    [Fact]
    public void Deleted_events_do_not_come_back_and_their_number_is_remembered()
    {
        Append(1, 2, 3);
        StateFile.DeleteTo(_files, Folder, 2);
        Assert.Equal([3L], Numbers());
        StateFile.DeleteTo(_files, Folder, 1);
        StateFile.Read(_files, Folder, out _, out var deletedTo);
        Assert.Equal(2, deletedTo);

        StateFile.DeleteTo(_files, Folder, long.MaxValue);
        StateFile.Read(_files, Folder, out var entries, out deletedTo);
        Assert.Empty(entries);
        Assert.Equal(3, deletedTo);
        Append(4);
        Assert.Equal([4L], Numbers());
    }

    [Fact]
    public void An_append_that_the_disk_refuses_leaves_what_was_there()
    {
        var files = new FailingFiles();
        Append(1);
        files.Broken = StateFile.Name;
        Assert.Throws<LogIOException>(() => StateFile.Append(files, Folder, [Entry(2)]));
        Assert.Equal([1L], Numbers());
    }

    public void Dispose() => _folder.Dispose();

    private static StateEntry Entry(long number) => new(number, 7, $"m{number}", [.. Enumerable.Repeat((byte)number, 3)]);

    private void Append(params long[] numbers) => StateFile.Append(_files, Folder, [.. numbers.Select(Entry)]);

    private long[] Numbers()
    {
        StateFile.Read(_files, Folder, out var entries, out _);
        return [.. entries.Select(entry => entry.SequenceNr)];
    }

    private void Damage(Index at)
    {
        var bytes = System.IO.File.ReadAllBytes(File);
        bytes[at] ^= 0xff;
        System.IO.File.WriteAllBytes(File, bytes);
    }
}
