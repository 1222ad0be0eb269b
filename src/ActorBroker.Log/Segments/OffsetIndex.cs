using System.Buffers.Binary;
using ActorBroker.Log.Files;

namespace ActorBroker.Log;

/// <summary>Sparse map from offset to file position for one segment. Kafka's format: 8 bytes an entry, big endian, int32 offset −
/// base offset, int32 position; an entry names the <em>last</em> offset of the batch that begins at that position.</summary>
internal sealed class OffsetIndex(ILogFiles files, string path, Offset baseOffset, bool isNew) : IDisposable
{
    public const int EntryBytes = 8;

    private readonly IndexFile _entries = new(files, path, EntryBytes, isNew);

    public int Count => _entries.Count;

    public long SizeInBytes => _entries.SizeInBytes;

    public IndexFile File => _entries;

    public void Add(Offset lastOffset, int position)
    {
        Check.That(lastOffset - baseOffset is >= 0 and <= int.MaxValue);
        Check.That(position >= 0);
        Span<byte> entry = stackalloc byte[EntryBytes];
        BinaryPrimitives.WriteInt32BigEndian(entry, (int)(lastOffset - baseOffset));
        BinaryPrimitives.WriteInt32BigEndian(entry[4..], position);
        _entries.Append(entry);
    }

    public (Offset LastOffset, int Position) this[int index]
    {
        get
        {
            Span<byte> entry = stackalloc byte[EntryBytes];
            _entries.Read(index, entry);
            return (baseOffset + BinaryPrimitives.ReadInt32BigEndian(entry), BinaryPrimitives.ReadInt32BigEndian(entry[4..]));
        }
    }

    /// <summary>Greatest entry at or below <paramref name="target"/>; false when the search starts at the segment's beginning.</summary>
    public bool TryFloor(Offset target, out Offset lastOffset, out int position)
    {
        var count = CountBelow(target + 1);
        (lastOffset, position) = count == 0 ? (Offset.None, 0) : this[count - 1];
        return count > 0;
    }

    /// <summary>Forgets the entries of batches that reach <paramref name="end"/>.</summary>
    public void TruncateTo(Offset end) => _entries.TruncateTo(CountBelow(end));

    public void Dispose() => _entries.Dispose();

    private int CountBelow(Offset end)
    {
        var (low, high) = (0, Count);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (this[middle].LastOffset < end)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }
}
