using System.Buffers.Binary;
using ActorBroker.Log.Files;

namespace ActorBroker.Log;

/// <summary>Sparse map from time to offset for one segment. Kafka's format: 12 bytes an entry, big endian, int64 timestamp, int32
/// offset − base offset; entry (t, o) says that records up to offset o have timestamps of at most t. Both rise strictly.</summary>
internal sealed class TimeIndex(ILogFiles files, string path, Offset baseOffset, bool isNew) : IDisposable
{
    public const int EntryBytes = 12;

    private readonly IndexFile _entries = new(files, path, EntryBytes, isNew);
    private long? _lastTimestamp = isNew ? -1 : null;

    public int Count => _entries.Count;

    public long SizeInBytes => _entries.SizeInBytes;

    public IndexFile File => _entries;

    /// <summary>Timestamp of the last entry, −1 when there is none.</summary>
    public long LastTimestamp => _lastTimestamp ??= Count == 0 ? -1 : this[Count - 1].Timestamp;

    /// <summary>Adds an entry unless time has not moved on since the last one.</summary>
    public void Add(long timestamp, Offset upTo)
    {
        if (timestamp <= LastTimestamp) return;
        Check.That(upTo - baseOffset is >= 0 and <= int.MaxValue);
        Span<byte> entry = stackalloc byte[EntryBytes];
        BinaryPrimitives.WriteInt64BigEndian(entry, timestamp);
        BinaryPrimitives.WriteInt32BigEndian(entry[8..], (int)(upTo - baseOffset));
        _entries.Append(entry);
        _lastTimestamp = timestamp;
    }

    public (long Timestamp, Offset UpTo) this[int index]
    {
        get
        {
            Span<byte> entry = stackalloc byte[EntryBytes];
            _entries.Read(index, entry);
            return (BinaryPrimitives.ReadInt64BigEndian(entry), baseOffset + BinaryPrimitives.ReadInt32BigEndian(entry[8..]));
        }
    }

    /// <summary>First offset that may hold a record of <paramref name="timestamp"/> or later: all before it are older.</summary>
    public Offset FirstCandidate(long timestamp)
    {
        var (low, high) = (0, Count);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (this[middle].Timestamp < timestamp)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low == 0 ? baseOffset : this[low - 1].UpTo + 1;
    }

    /// <summary>Forgets the entries that speak of offsets from <paramref name="end"/> on.</summary>
    public void TruncateTo(Offset end)
    {
        var count = Count;
        while (count > 0 && this[count - 1].UpTo >= end) count--;
        _entries.TruncateTo(count);
        _lastTimestamp = null;
    }

    /// <summary>Whether every entry could have been written by us: both columns rise strictly and offsets lie in the segment.</summary>
    public bool IsSane(Offset segmentEnd)
    {
        var (timestamp, upTo) = (-1L, baseOffset + -1);
        for (var i = 0; i < Count; i++)
        {
            var next = this[i];
            if (next.Timestamp <= timestamp || next.UpTo <= upTo || next.UpTo >= segmentEnd) return false;
            (timestamp, upTo) = next;
        }

        return true;
    }

    public void Dispose() => _entries.Dispose();
}
