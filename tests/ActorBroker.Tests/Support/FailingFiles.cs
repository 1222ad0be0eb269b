using ActorBroker.Log;
using ActorBroker.Log.Files;

namespace ActorBroker.Tests.Support;

/// <summary>The real disk, but some paths are refused: parts of their names say which.</summary>
internal sealed class FailingFiles : ILogFiles
{
    private readonly DiskFiles _disk = new();
    private volatile string? _broken;
    private volatile string? _unflushable;
    private volatile string? _unreadable;
    private volatile string? _unopenable;

    /// <summary>Part of the paths that cannot be written, as on a full disk; null: all can.</summary>
    public string? Broken
    {
        get => _broken;
        set => _broken = value;
    }

    /// <summary>Part of the paths whose flush fails.</summary>
    public string? Unflushable
    {
        get => _unflushable;
        set => _unflushable = value;
    }

    /// <summary>Part of the paths of open files that cannot be read.</summary>
    public string? Unreadable
    {
        get => _unreadable;
        set => _unreadable = value;
    }

    /// <summary>Part of the paths that cannot be opened.</summary>
    public string? Unopenable
    {
        get => _unopenable;
        set => _unopenable = value;
    }

    public ILogFile Open(string path)
    {
        Fail(_unopenable, path, "too many open files");
        return new FailingFile(this, _disk.Open(path));
    }

    public bool FileExists(string path) => _disk.FileExists(path);

    public bool FolderExists(string path) => _disk.FolderExists(path);

    public void CreateFolder(string path) => _disk.CreateFolder(path);

    public IReadOnlyList<string> ListFiles(string folder) => _disk.ListFiles(folder);

    public IReadOnlyList<string> ListFolders(string folder) => _disk.ListFolders(folder);

    public void DeleteFile(string path) => _disk.DeleteFile(path);

    public void DeleteFolder(string path) => _disk.DeleteFolder(path);

    public void Rename(string from, string to) => _disk.Rename(from, to);

    public void FlushFolder(string folder) => _disk.FlushFolder(folder);

    public byte[]? ReadAll(string path) => _disk.ReadAll(path);

    public void Replace(string path, ReadOnlySpan<byte> bytes)
    {
        Fail(_broken, path);
        _disk.Replace(path, bytes);
    }

    private static void Fail(string? part, string path, string why = "no space left")
    {
        if (part is not null && path.Contains(part, StringComparison.Ordinal))
        {
            throw new LogIOException($"{path}: {why} (test)", path);
        }
    }

    private sealed class FailingFile(FailingFiles files, ILogFile file) : ILogFile
    {
        public string Path => file.Path;

        public long Length => file.Length;

        public int Read(Span<byte> buffer, long position)
        {
            Fail(files._unreadable, Path, "input/output error");
            return file.Read(buffer, position);
        }

        public void Write(ReadOnlySpan<byte> bytes, long position)
        {
            Fail(files._broken, Path);
            file.Write(bytes, position);
        }

        public void Write(IReadOnlyList<ReadOnlyMemory<byte>> buffers, long position)
        {
            Fail(files._broken, Path);
            file.Write(buffers, position);
        }

        public void SetLength(long length)
        {
            Fail(files._broken, Path);
            file.SetLength(length);
        }

        public void Flush()
        {
            Fail(files._broken, Path);
            Fail(files._unflushable, Path, "input/output error");
            file.Flush();
        }

        public void Dispose() => file.Dispose();
    }
}
