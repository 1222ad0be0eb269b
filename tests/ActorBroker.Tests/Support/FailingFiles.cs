using ActorBroker.Log;
using ActorBroker.Log.Files;

namespace ActorBroker.Tests.Support;

/// <summary>The real disk, but whatever writes to a path that contains <see cref="Broken"/> fails.</summary>
internal sealed class FailingFiles : ILogFiles
{
    private readonly DiskFiles _disk = new();
    private volatile string? _broken;

    /// <summary>Part of the paths that cannot be written; null: all can.</summary>
    public string? Broken
    {
        get => _broken;
        set => _broken = value;
    }

    public ILogFile Open(string path) => new FailingFile(this, _disk.Open(path));

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
        Fail(path);
        _disk.Replace(path, bytes);
    }

    private void Fail(string path)
    {
        if (_broken is { } broken && path.Contains(broken, StringComparison.Ordinal))
        {
            throw new LogIOException($"{path}: no space left (test)", path);
        }
    }

    private sealed class FailingFile(FailingFiles files, ILogFile file) : ILogFile
    {
        public string Path => file.Path;

        public long Length => file.Length;

        public int Read(Span<byte> buffer, long position) => file.Read(buffer, position);

        public void Write(ReadOnlySpan<byte> bytes, long position)
        {
            files.Fail(Path);
            file.Write(bytes, position);
        }

        public void Write(IReadOnlyList<ReadOnlyMemory<byte>> buffers, long position)
        {
            files.Fail(Path);
            file.Write(buffers, position);
        }

        public void SetLength(long length)
        {
            files.Fail(Path);
            file.SetLength(length);
        }

        public void Flush()
        {
            files.Fail(Path);
            file.Flush();
        }

        public void Dispose() => file.Dispose();
    }
}
