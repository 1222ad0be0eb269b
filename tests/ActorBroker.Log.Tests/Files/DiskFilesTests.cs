using System.Runtime.InteropServices;
using ActorBroker.Log.Files;

namespace ActorBroker.Log.Tests.Files;

/// <summary>The real disk.</summary>
public sealed class DiskFilesTests : IDisposable
{
    private readonly DiskFiles _disk = new();
    private readonly string _root = Path.Combine(Path.GetTempPath(), "actorbroker-" + Guid.NewGuid().ToString("N"));

    public void Dispose()
    {
        if (Directory.Exists(_root)) Directory.Delete(_root, recursive: true);
    }

    [Fact]
    public void Files_are_written_read_cut_and_flushed_at_positions()
    {
        _disk.CreateFolder(_root);
        using (var file = _disk.Open(In("a")))
        {
            file.Write([1, 2, 3], 2);
            file.Write([new byte[] { 4 }, new byte[] { 5, 6 }, Array.Empty<byte>(), new byte[] { 7 }], 5);
            file.Flush();
            Assert.Equal(9, file.Length);
            file.SetLength(8);
        }

        using var again = _disk.Open(In("a"));
        var bytes = new byte[20];
        Assert.Equal(8, again.Read(bytes, 0));
        Assert.Equal([0, 0, 1, 2, 3, 4, 5, 6], bytes[..8]);
        Assert.Equal(2, again.Read(bytes, 6));
        Assert.Equal(0, again.Read(bytes, 8));
    }

    [Fact]
    public void A_write_of_more_buffers_than_the_system_takes_at_once_is_whole()
    {
        _disk.CreateFolder(_root);
        using var file = _disk.Open(In("a"));
        var buffers = Enumerable.Range(0, 5000).Select(i => (ReadOnlyMemory<byte>)new[] { (byte)i, (byte)(i >> 8) }).ToList();

        file.Write(buffers, 10);

        var bytes = new byte[10_000];
        Assert.Equal(10_000, file.Read(bytes, 10));
        for (var i = 0; i < 5000; i++) Assert.Equal((byte)(i >> 8), bytes[(2 * i) + 1]);
    }

    [Fact]
    public void Names_are_listed_renamed_replaced_and_deleted()
    {
        Assert.Empty(_disk.ListFiles(In("none")));
        Assert.Empty(_disk.ListFolders(In("none")));
        _disk.CreateFolder(In("x/y"));
        _disk.Replace(In("x/b"), [1]);
        _disk.Replace(In("x/B"), [2]);
        _disk.Replace(In("x/b"), [3, 4]);
        Assert.Equal(["B", "b"], _disk.ListFiles(In("x")));
        Assert.Equal(["y"], _disk.ListFolders(In("x")));
        Assert.Equal([3, 4], _disk.ReadAll(In("x/b")));
        Assert.Null(_disk.ReadAll(In("x/none")));

        _disk.Rename(In("x/B"), In("x/b"));
        _disk.Rename(In("x"), In("z"));
        _disk.FlushFolder(_root);

        Assert.Equal([2], _disk.ReadAll(In("z/b")));
        Assert.True(_disk.FileExists(In("z/b")));
        _disk.DeleteFile(In("z/b"));
        _disk.DeleteFile(In("z/b"));
        Assert.False(_disk.FileExists(In("z/b")));
        _disk.DeleteFolder(In("z"));
        _disk.DeleteFolder(In("z"));
        Assert.False(_disk.FolderExists(In("z")));
    }

    [Fact]
    public void A_refusal_names_the_file_the_operation_and_the_cause()
    {
        _disk.CreateFolder(In("folder"));

        var open = Assert.Throws<LogIOException>(() => _disk.Open(In("none/file")));
        Assert.Equal(In("none/file"), open.Path);
        Assert.StartsWith($"{In("none/file")}: cannot open: ", open.Message, StringComparison.Ordinal);
        Assert.NotNull(open.InnerException);
        Assert.Throws<LogIOException>(() => _disk.Open(In("folder")));
        Assert.Throws<LogIOException>(() => _disk.Rename(In("none"), In("other")));
        Assert.Throws<LogIOException>(() => _disk.Replace(In("none/file"), [1]));
        Assert.Contains("flush folder", Assert.Throws<LogIOException>(() => _disk.FlushFolder(In("none"))).Message);
        _disk.Replace(In("file"), [1]);
        Assert.Throws<LogIOException>(() => _disk.CreateFolder(In("file")));
    }

    [Fact]
    public void A_closed_file_refuses_by_name()
    {
        _disk.CreateFolder(_root);
        var file = _disk.Open(In("a"));
        file.Dispose();

        Assert.Contains("read 4 bytes at 7", Assert.Throws<LogIOException>(() => file.Read(new byte[4], 7)).Message);
        Assert.Contains("write 2 bytes at 0", Assert.Throws<LogIOException>(() => file.Write([1, 2], 0)).Message);
        Assert.Contains("write 1 buffers", Assert.Throws<LogIOException>(() => file.Write([new byte[1]], 0)).Message);
        Assert.Contains("set the length to 3", Assert.Throws<LogIOException>(() => file.SetLength(3)).Message);
        Assert.Contains("flush", Assert.Throws<LogIOException>(file.Flush).Message);
        Assert.Throws<LogIOException>(() => file.Length);
    }

    [Fact]
    public void A_log_lives_on_the_real_disk()
    {
        var settings = LogFixture.Small with { SegmentBytes = 1000 };
        var folder = In("data/topic-0");
        var log = PartitionLog.Open(_disk, folder, settings, TimeProvider.System);
        for (var i = 0; i < 50; i++) log.Append(LogFixture.Hundred(i, 1000 + i), LogFixture.Epoch(1));
        log.Flush();
        log.Offsets.Committed(log.Offsets.End);
        log.DeleteBefore(LogFixture.At(15));
        log.TruncateTo(log.Offsets.End);
        log.Close();
        log = PartitionLog.Open(_disk, folder, settings, TimeProvider.System);
        Assert.True(log.Recovery.WasClean);
        Assert.Equal(35, LogFixture.ValuesFrom(log, LogFixture.At(15)).Length);
        Assert.Equal(1049, log.FindMaxTimestamp(log.Offsets.End)?.Timestamp);
        log.Append(LogFixture.Hundred(50), LogFixture.Epoch(2));
        log.Dispose();
        log = PartitionLog.Open(_disk, folder, settings, TimeProvider.System);
        Assert.Equal((false, LogFixture.At(51)), (log.Recovery.WasClean, log.Offsets.End));
        log.Dispose();

        PartitionLog.Delete(_disk, folder);
        Assert.Empty(_disk.ListFolders(In("data")));
    }

    [Theory, InlineData(1), InlineData(20)]
    public void Appending_allocates_nothing(int batchesPerWrite)
    {
        var log = PartitionLog.Open(_disk, In("topic-0"), LogSettings.Default, TimeProvider.System);
        byte[][] batches = [.. Enumerable.Range(0, batchesPerWrite).Select(_ => LogFixture.BatchOf(1000, 5000))];
        byte[][] produced = [.. Enumerable.Range(0, 300).Select(i => LogFixture.Produced(7, 0, i))];
        var next = 0;
        for (var i = 0; i < 100; i++) Write();
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var i = 0; i < 100; i++) Write();

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        log.Dispose();

        void Write()
        {
            foreach (var batch in batches) log.Stage(batch, LeaderEpoch.Zero);
            log.Stage(produced[next++], LeaderEpoch.Zero);
            log.WriteStaged();
        }
    }

    [Fact]
    public void A_folder_flush_reports_what_the_system_says()
    {
        if (RuntimeInformation.IsOSPlatform(OSPlatform.Windows)) return;
        var refused = Assert.Throws<LogIOException>(() => _disk.FlushFolder(In("missing")));
        Assert.Contains("No such file", refused.Message);
    }

    [Fact]
    public void A_full_disk_is_named()
    {
        if (!RuntimeInformation.IsOSPlatform(OSPlatform.Linux)) return;
        using var file = _disk.Open("/dev/full");

        Assert.Contains("No space left", Assert.Throws<LogIOException>(() => file.Write([1], 0)).Message);
        Assert.Contains("No space left", Assert.Throws<LogIOException>(() => file.Write([new byte[1], new byte[2]], 0)).Message);
    }

    private string In(string name) => Path.Combine(_root, name);
}
