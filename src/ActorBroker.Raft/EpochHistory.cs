using System.Collections.Immutable;

namespace ActorBroker.Raft;

/// <summary>The first record that an epoch wrote into a log.</summary>
public readonly record struct EpochStart(int Epoch, long StartOffset);

/// <summary>Where the records of an epoch end; exclusive.</summary>
public readonly record struct EpochEnd(int Epoch, long EndOffset);

/// <summary>Which epoch wrote which part of a log. Two logs that both have records of an epoch are the same up to the end of that epoch
/// in the shorter one, so two histories tell where two logs part.</summary>
/// <remarks>Source: Kafka's leader epochs (KIP-101, KIP-595), Raft §5.3. Both numbers rise strictly from entry to entry. The first entry may
/// begin before the log does: the epoch of the record just before the log's start is always known.</remarks>
public sealed class EpochHistory
{
    /// <summary>The epoch of a record that is not there.</summary>
    public const int None = -1;

    private readonly List<EpochStart> _entries;

    public EpochHistory(IEnumerable<EpochStart> entries)
    {
        _entries = [.. entries];
        for (var i = 0; i < _entries.Count; i++)
        {
            Check.That(_entries[i].Epoch > (i == 0 ? None : _entries[i - 1].Epoch));
            Check.That(_entries[i].StartOffset > (i == 0 ? -1 : _entries[i - 1].StartOffset));
        }
    }

    public int Count => _entries.Count;

    public int LastEpoch => _entries.Count == 0 ? None : _entries[^1].Epoch;

    /// <summary>Epoch of the record at an offset, or the epoch that the log's last record has, for what lies behind it.
    /// <see cref="None"/> before all that is known.</summary>
    public int EpochAt(long offset)
    {
        var index = IndexAt(offset);
        return index < 0 ? None : _entries[index].Epoch;
    }

    /// <summary>Epoch of the record just before an offset; <see cref="None"/> before offset 0.</summary>
    public int EpochBefore(long offset) => EpochAt(offset - 1);

    /// <summary>The latest epoch not above <paramref name="epoch"/> among the records before <paramref name="end"/>, and where it ends among
    /// them.</summary>
    /// <returns><see cref="None"/> when none of those records is known to be of such an epoch.</returns>
    public EpochEnd EndOf(int epoch, long end)
    {
        var index = IndexAt(end - 1);
        var limit = end;
        for (; index >= 0 && _entries[index].Epoch > epoch; index--)
        {
            limit = _entries[index].StartOffset;
        }

        return new EpochEnd(index < 0 ? None : _entries[index].Epoch, limit);
    }

    /// <summary>Takes note of records of an epoch that begin at an offset, which is the log's end.</summary>
    public void Append(int epoch, long startOffset)
    {
        Check.That(epoch >= LastEpoch);
        Check.That(_entries.Count == 0 || startOffset > _entries[^1].StartOffset);
        if (epoch > LastEpoch)
        {
            _entries.Add(new EpochStart(epoch, startOffset));
        }
    }

    /// <summary>Forgets epochs that begin at or after <paramref name="end"/>.</summary>
    public void TruncateTo(long end)
    {
        while (_entries.Count > 0 && _entries[^1].StartOffset >= end)
        {
            _entries.RemoveAt(_entries.Count - 1);
        }
    }

    /// <summary>Forgets epochs that ended before the record in front of <paramref name="start"/>.</summary>
    public void DropBefore(long start)
    {
        var covering = IndexAt(start - 1);
        if (covering > 0)
        {
            _entries.RemoveRange(0, covering);
        }
    }

    /// <summary>Becomes the history of another log.</summary>
    public void Replace(IEnumerable<EpochStart> entries)
    {
        var others = new EpochHistory(entries);
        _entries.Clear();
        _entries.AddRange(others._entries);
    }

    /// <summary>The entries that say something about records before <paramref name="end"/>.</summary>
    public ImmutableArray<EpochStart> Before(long end) => [.. _entries.TakeWhile(entry => entry.StartOffset < end)];

    private int IndexAt(long offset)
    {
        var index = _entries.Count - 1;
        while (index >= 0 && _entries[index].StartOffset > offset)
        {
            index--;
        }

        return index;
    }
}
