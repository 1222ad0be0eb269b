using ActorBroker.Log.Files;

namespace ActorBroker.Log;

/// <summary>Entries of one fixed size in a file, appended in order and found by binary search.</summary>
/// <remarks>The last few entries wait in memory and are written together: an index is a shortcut that recovery can make again, so
/// it need not be as safe as the log. Nothing else is held in memory; a search reads a dozen entries from the page cache.</remarks>
internal sealed class IndexFile(ILogFiles files, string path, int entryBytes, bool isNew) : IDisposable
{
    /// <summary>Half a kilobyte or less in memory per index, one write per 64 entries (a quarter megabyte of log by default).</summary>
    private const int PendingEntriesMax = 64;

    private SharedFile? _file;
    private byte[]? _pending;
    private int _pendingCount;
    private int _storedCount = isNew ? 0 : -1;

    public string Path { get; } = path;

    public int Count => StoredCount + _pendingCount;

    public long SizeInBytes => (long)Count * entryBytes;

    private int StoredCount
    {
        get
        {
            if (_storedCount < 0) _storedCount = checked((int)(File.Length / entryBytes));
            return _storedCount;
        }
    }

    private ILogFile File
    {
        get
        {
            if (_file is null)
            {
                _file = new SharedFile(files.Open(Path));

                // A new index starts empty, also over a file that an earlier life of the log left behind.
                if (_storedCount == 0 && _file.File.Length > 0) _file.File.SetLength(0);
            }

            return _file.File;
        }
    }

    public void Append(ReadOnlySpan<byte> entry)
    {
        Check.That(entry.Length == entryBytes);
        if (_pendingCount == PendingEntriesMax) Spill();
        _pending ??= new byte[PendingEntriesMax * entryBytes];
        entry.CopyTo(_pending.AsSpan(_pendingCount * entryBytes));
        _pendingCount++;
    }

    public void Read(int index, Span<byte> entry)
    {
        Check.That(index >= 0 && index < Count);
        Check.That(entry.Length == entryBytes);
        if (index >= StoredCount)
        {
            _pending.AsSpan((index - StoredCount) * entryBytes, entryBytes).CopyTo(entry);
        }
        else if (File.Read(entry, (long)index * entryBytes) < entryBytes)
        {
            throw new LogIOException($"{Path}: entry {index} is gone: the file became shorter while it was open", Path);
        }
    }

    /// <summary>Writes what waits in memory; creates the file when there is none.</summary>
    public void Spill()
    {
        var file = File;
        if (_pendingCount == 0) return;
        file.Write(_pending.AsSpan(0, _pendingCount * entryBytes), (long)StoredCount * entryBytes);
        _storedCount += _pendingCount;
        _pendingCount = 0;
    }

    /// <summary>Makes all entries durable.</summary>
    public void Flush()
    {
        Spill();
        File.Flush();
    }

    /// <summary>Keeps the first <paramref name="count"/> entries.</summary>
    public void TruncateTo(int count)
    {
        Check.That(count >= 0 && count <= Count);
        Spill();
        File.SetLength((long)count * entryBytes);
        _storedCount = count;
    }

    /// <summary>For a flush on another thread; the taker gives it back.</summary>
    public SharedFile Share()
    {
        Spill();
        Check.That(_file is not null);
        return _file.Share();
    }

    /// <summary>Writes what waits and gives the file handle back until it is needed again.</summary>
    public void CloseFile()
    {
        if (_pendingCount > 0) Spill();
        Dispose();
        _pending = null;
    }

    /// <summary>Gives the handle back; what waits in memory is lost, as in a crash.</summary>
    public void Dispose()
    {
        _file?.Release();
        (_file, _storedCount, _pendingCount) = (null, -1, 0);
    }
}
