using ActorBroker.Log;
using ActorBroker.Log.Files;

namespace ActorBroker.Testing;

/// <summary>A disk in memory that can fail, fill up, and crash: what was not flushed may be lost, torn or kept in part.</summary>
/// <remarks>Files are durable by <see cref="ILogFile.Flush"/>; names by <see cref="FlushFolder"/>, and by nothing else. Changes of names reach
/// the disk in order, as a journal's do. Deterministic: chance comes from the generator that <see cref="Crash"/> is given.
/// Safe from any thread.</remarks>
public sealed class MemoryDisk : ILogFiles
{
    private readonly Lock _gate = new();
    private readonly List<Fault> _faults = [];
    private readonly List<Action<Names>> _unflushedNames = [];
    private Names _names = new();
    private Names _durableNames = new();
    private int _life;
    private int _changesLeft = int.MaxValue;

    /// <summary>Bytes that fit the disk; a write that would not fit writes what does and fails.</summary>
    public long BytesMax { get; set; } = long.MaxValue;

    /// <summary>Calls so far, by operation.</summary>
    public Dictionary<DiskOperation, int> Calls { get; } = [];

    /// <summary>Files that are open now: those of before a crash do not count.</summary>
    public int OpenFiles { get; private set; }

    /// <summary>Makes a later call fail.</summary>
    /// <param name="nameEnding">Only calls on paths that end so count.</param>
    /// <param name="after">Number of such calls that still succeed.</param>
    /// <param name="bytesWritten">Of a write: how much of it happens all the same.</param>
    public void Fail(DiskOperation operation, string nameEnding = "", int after = 0, int bytesWritten = 0)
    {
        lock (_gate) _faults.Add(new Fault(operation, nameEnding, bytesWritten) { Left = after });
    }

    /// <summary>After so many changes of whatever kind the disk takes no more of them, until <see cref="Crash"/>.</summary>
    public void FailAfter(int changes)
    {
        lock (_gate) _changesLeft = changes;
    }

    public void ClearFaults()
    {
        lock (_gate)
        {
            _faults.Clear();
            _changesLeft = int.MaxValue;
        }
    }

    /// <summary>Ends the life of all open files and decides what is left on the disk.</summary>
    public void Crash(CrashKind kind, Random random)
    {
        lock (_gate)
        {
            _life++;
            OpenFiles = 0;
            _faults.Clear();
            _changesLeft = int.MaxValue;
            var kept = kind switch
            {
                CrashKind.LoseNothing => _unflushedNames.Count,
                CrashKind.LoseUnflushed => 0,
                _ => random.Next(_unflushedNames.Count + 1),
            };
            foreach (var change in _unflushedNames.Take(kept)) change(_durableNames);
            _unflushedNames.Clear();
            foreach (var content in _durableNames.Files.Values.Distinct()) content.Crash(kind, random);
            _names = _durableNames.Copy();
        }
    }

    /// <summary>A copy of everything as programs see it now, all of it durable.</summary>
    public MemoryDisk Copy()
    {
        lock (_gate)
        {
            var copy = new MemoryDisk();
            foreach (var folder in _names.Folders) copy._names.Folders.Add(folder);
            foreach (var (path, content) in _names.Files) copy._names.Files.Add(path, new DiskContent(content.Bytes));
            copy._durableNames = copy._names.Copy();
            return copy;
        }
    }

    /// <summary>Content of every file, for comparing.</summary>
    public SortedDictionary<string, byte[]> Contents()
    {
        lock (_gate)
        {
            var contents = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
            foreach (var (path, content) in _names.Files) contents.Add(path, content.Bytes.ToArray());
            return contents;
        }
    }

    public ILogFile Open(string path)
    {
        lock (_gate)
        {
            Call(DiskOperation.Open, path);
            if (!_names.Files.TryGetValue(path, out var content))
            {
                content = new DiskContent();
                ChangeNames(names => names.Files[path] = content);
            }

            OpenFiles++;
            return new OpenFile(this, path, content, _life);
        }
    }

    public bool FileExists(string path)
    {
        lock (_gate) return _names.Files.ContainsKey(path);
    }

    public bool FolderExists(string path)
    {
        lock (_gate) return _names.Folders.Contains(path);
    }

    public void CreateFolder(string path)
    {
        lock (_gate)
        {
            for (var folder = path; !string.IsNullOrEmpty(folder); folder = Path.GetDirectoryName(folder))
            {
                var created = folder;
                if (!_names.Folders.Contains(created)) ChangeNames(names => names.Folders.Add(created));
            }
        }
    }

    public IReadOnlyList<string> ListFiles(string folder)
    {
        lock (_gate) return NamesIn(_names.Files.Keys, folder);
    }

    public IReadOnlyList<string> ListFolders(string folder)
    {
        lock (_gate) return NamesIn(_names.Folders, folder);
    }

    public void DeleteFile(string path)
    {
        lock (_gate)
        {
            Call(DiskOperation.Delete, path);
            if (_names.Files.ContainsKey(path)) ChangeNames(names => names.Files.Remove(path));
        }
    }

    public void DeleteFolder(string path)
    {
        lock (_gate)
        {
            // One step a file, so that a crash may leave half of it.
            Call(DiskOperation.Delete, path);
            foreach (var file in _names.Files.Keys.Where(file => IsIn(file, path)).ToArray()) ChangeNames(names => names.Files.Remove(file));
            ChangeNames(names => names.Folders.RemoveWhere(folder => folder == path || IsIn(folder, path)));
        }
    }

    public void Rename(string from, string to)
    {
        lock (_gate)
        {
            Call(DiskOperation.Rename, from);
            if (!_names.Files.ContainsKey(from) && !_names.Folders.Contains(from)) throw Refused("rename", from, "it does not exist");
            ChangeNames(names => names.Rename(from, to));
        }
    }

    public void FlushFolder(string folder)
    {
        lock (_gate)
        {
            Call(DiskOperation.FlushFolder, folder);
            FlushNames();
        }
    }

    public byte[]? ReadAll(string path)
    {
        lock (_gate)
        {
            Call(DiskOperation.Read, path);
            return _names.Files.TryGetValue(path, out var content) ? content.Bytes.ToArray() : null;
        }
    }

    public void Replace(string path, ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            Call(DiskOperation.Replace, path);
            var content = new DiskContent(bytes);
            ChangeNames(names => names.Files[path] = content);
            FlushNames();
        }
    }

    internal static bool IsIn(string path, string folder) =>
        path.Length > folder.Length && path.StartsWith(folder, StringComparison.Ordinal) && path[folder.Length] == Path.DirectorySeparatorChar;

    private static string[] NamesIn(IEnumerable<string> paths, string folder) =>
        [.. paths.Where(path => Path.GetDirectoryName(path) == folder).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];

    private static LogIOException Refused(string operation, string path, string cause) =>
        new($"{path}: cannot {operation}: {cause}", path);

    private void ChangeNames(Action<Names> change)
    {
        change(_names);
        _unflushedNames.Add(change);
    }

    private void FlushNames()
    {
        foreach (var change in _unflushedNames) change(_durableNames);
        _unflushedNames.Clear();
    }

    private void Call(DiskOperation operation, string path)
    {
        if (Faulty(operation, path) is not null) throw Refused(operation.ToString(), path, "injected fault");
    }

    private Fault? Faulty(DiskOperation operation, string path)
    {
        Calls[operation] = Calls.GetValueOrDefault(operation) + 1;
        if (_changesLeft < int.MaxValue && operation is not (DiskOperation.Open or DiskOperation.Read))
        {
            if (_changesLeft == 0) return new Fault(operation, "", 0);
            _changesLeft--;
        }

        foreach (var fault in _faults)
        {
            if (fault.Operation != operation || !path.EndsWith(fault.NameEnding, StringComparison.Ordinal)) continue;
            if (fault.Left-- > 0) continue;
            _faults.Remove(fault);
            return fault;
        }

        return null;
    }

    private void Write(DiskContent content, string path, ReadOnlySpan<byte> bytes, long position)
    {
        if (Faulty(DiskOperation.Write, path) is { } fault)
        {
            content.Write(bytes[..Math.Min(fault.BytesWritten, bytes.Length)], (int)position);
            throw Refused("write", path, "injected fault");
        }

        var growth = Math.Max(0, position + bytes.Length - content.Length);
        var free = BytesMax == long.MaxValue ? growth : BytesMax - _names.Files.Values.Sum(file => (long)file.Length);
        if (growth > free)
        {
            content.Write(bytes[..(int)Math.Max(0, bytes.Length - (growth - Math.Max(0, free)))], (int)position);
            throw Refused("write", path, "no space left");
        }

        content.Write(bytes, (int)position);
    }

    private sealed record Fault(DiskOperation Operation, string NameEnding, int BytesWritten)
    {
        public int Left { get; set; }
    }

    private sealed class Names
    {
        public HashSet<string> Folders { get; } = [];

        public Dictionary<string, DiskContent> Files { get; } = [];

        public Names Copy()
        {
            var copy = new Names();
            copy.Folders.UnionWith(Folders);
            foreach (var (path, content) in Files) copy.Files.Add(path, content);
            return copy;
        }

        public void Rename(string from, string to)
        {
            if (Files.Remove(from, out var content))
            {
                Files[to] = content;
                return;
            }

            foreach (var folder in Folders.Where(folder => folder == from || IsIn(folder, from)).ToArray())
            {
                Folders.Remove(folder);
                Folders.Add(to + folder[from.Length..]);
            }

            foreach (var path in Files.Keys.Where(path => IsIn(path, from)).ToArray())
            {
                Files.Remove(path, out content);
                Files[to + path[from.Length..]] = content!;
            }
        }
    }

    private sealed class OpenFile(MemoryDisk disk, string path, DiskContent content, int life) : ILogFile
    {
        private bool _isClosed;

        public string Path { get; } = path;

        public long Length
        {
            get
            {
                lock (disk._gate)
                {
                    EnsureOpen();
                    return content.Length;
                }
            }
        }

        public int Read(Span<byte> buffer, long position)
        {
            lock (disk._gate)
            {
                EnsureOpen();
                disk.Call(DiskOperation.Read, Path);
                if (position >= content.Length) return 0;
                var bytes = content.Bytes[(int)position..];
                bytes = bytes[..Math.Min(bytes.Length, buffer.Length)];
                bytes.CopyTo(buffer);
                return bytes.Length;
            }
        }

        public void Write(ReadOnlySpan<byte> bytes, long position)
        {
            lock (disk._gate)
            {
                EnsureOpen();
                disk.Write(content, Path, bytes, position);
            }
        }

        public void Write(IReadOnlyList<ReadOnlyMemory<byte>> buffers, long position)
        {
            var bytes = new byte[buffers.Sum(buffer => buffer.Length)];
            var at = 0;
            foreach (var buffer in buffers)
            {
                buffer.CopyTo(bytes.AsMemory(at));
                at += buffer.Length;
            }

            Write(bytes, position);
        }

        public void SetLength(long length)
        {
            lock (disk._gate)
            {
                EnsureOpen();
                disk.Call(DiskOperation.SetLength, Path);
                content.SetLength((int)length);
            }
        }

        public void Flush()
        {
            lock (disk._gate)
            {
                EnsureOpen();
                disk.Call(DiskOperation.Flush, Path);
                content.Flush();
            }
        }

        public void Dispose()
        {
            lock (disk._gate)
            {
                if (!_isClosed && life == disk._life) disk.OpenFiles--;
                _isClosed = true;
            }
        }

        private void EnsureOpen()
        {
            if (_isClosed) throw Refused("use", Path, "the file is closed");
            if (life != disk._life) throw Refused("use", Path, "the machine crashed since");
        }
    }
}
