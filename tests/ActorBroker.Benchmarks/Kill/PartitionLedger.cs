using ActorBroker.Messages;

namespace ActorBroker.Benchmarks.Kill;

/// <summary>What the broker has said about one partition: which record has which offset. It may never say anything else again.</summary>
/// <remarks>Any thread.</remarks>
internal sealed class PartitionLedger(TopicPartition partition)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<long, RecordId> _records = [];
    private readonly Dictionary<RecordId, long> _offsets = [];
    private long _end;
    private long _start;
    private long _startMax;
    private long _acknowledged;
    private long _read;

    public TopicPartition Partition { get; } = partition;

    /// <summary>Its oldest records may go at any time, as by retention.</summary>
    public bool IsTrimmed { get; init; }

    /// <summary>Behind the last record that was acknowledged or read.</summary>
    public long End
    {
        get
        {
            lock (_lock)
            {
                return _end;
            }
        }
    }

    public long Acknowledged => Interlocked.Read(ref _acknowledged);

    /// <summary>Records that consumers got, each as often as it was got.</summary>
    public long Read => Interlocked.Read(ref _read);

    /// <summary>The broker has acknowledged these records, the first at this offset.</summary>
    public void NoteAcknowledged(long baseOffset, IReadOnlyList<RecordId> records)
    {
        lock (_lock)
        {
            for (var i = 0; i < records.Count; i++)
            {
                Note(baseOffset + i, records[i], "was acknowledged");
            }
        }

        Interlocked.Add(ref _acknowledged, records.Count);
    }

    public void NoteRead(long offset, RecordId record)
    {
        lock (_lock)
        {
            Note(offset, record, "was read");
        }

        Interlocked.Increment(ref _read);
    }

    /// <summary>The broker is going to be asked to delete what is before an offset: from now on it may be gone.</summary>
    public void NoteDeletionWanted(long before)
    {
        lock (_lock)
        {
            _startMax = Math.Max(_startMax, before);
        }
    }

    /// <summary>Where the log was last found to begin.</summary>
    public long Start
    {
        get
        {
            lock (_lock)
            {
                return _start;
            }
        }
    }

    /// <summary>The log has been found to begin here: it may not begin earlier again.</summary>
    /// <param name="before"><see cref="Start"/> from before the broker was asked; others may have asked meanwhile.</param>
    public void NoteStart(long start, long before)
    {
        lock (_lock)
        {
            if (start < before)
            {
                throw new PromiseBrokenException($"{Partition}: the log began at {before}, and begins at {start} now");
            }

            if (!IsTrimmed && start > _startMax)
            {
                throw new PromiseBrokenException($"{Partition}: the log begins at {start}, and nobody has asked to delete anything from {_startMax} on");
            }

            _start = Math.Max(_start, start);
        }
    }

    private void Note(long offset, RecordId record, string how)
    {
        if (_records.TryGetValue(offset, out var known) && known != record)
        {
            throw new PromiseBrokenException($"{Partition}: at offset {offset} was {known}, and now {record} {how} there");
        }

        if (_offsets.TryGetValue(record, out var place) && place != offset)
        {
            throw new PromiseBrokenException($"{Partition}: {record} is at offset {place}, and {how} at {offset}, too");
        }

        _records[offset] = record;
        _offsets[record] = offset;
        _end = Math.Max(_end, offset + 1);
    }
}
