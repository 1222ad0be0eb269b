using ActorBroker.Log;
using ActorBroker.Messages;

namespace ActorBroker.Client.Producing;

/// <summary>Where the records of one partition become batches.</summary>
/// <remarks>Callers add from any thread, under a short lock; the engine takes closed batches out.</remarks>
internal sealed class PartitionBuffer(TopicPartition partition, Accumulator owner)
{
    private readonly Lock _gate = new();
    private readonly Queue<ProducerBatch> _closed = [];
    private ProducerBatch? _open;
    private int _bytesExpected = 512;
    private int _outcomesExpected = 4;
    private bool _isKnownToEngine;
    private bool _isShut;

    public TopicPartition Partition { get; } = partition;

    /// <summary>The engine's own; nobody else touches it.</summary>
    public PartitionLane? Lane { get; set; }

    /// <returns>False: the producer is closed, and the record was not taken.</returns>
    public bool TryAdd(long timestampMs, in SerializedRecord record, ISendOutcome outcome)
    {
        var hasClosed = false;
        bool mustTell;
        lock (_gate)
        {
            if (_isShut)
            {
                return false;
            }

            if (_open?.TryAdd(timestampMs, record, outcome) != true)
            {
                if (_open is not null)
                {
                    Close();
                    hasClosed = true;
                }

                _open = Open(record.BytesMax);
                Check.That(_open.TryAdd(timestampMs, record, outcome));
                mustTell = true;
            }
            else
            {
                mustTell = false;
            }

            // The next one, if it is like this one, would not fit.
            if (_open.SizeInBytes + record.BytesMax > owner.BatchBytes)
            {
                Close();
                hasClosed = mustTell = true;
            }

            mustTell &= !_isKnownToEngine;
            _isKnownToEngine |= mustTell;
        }

        if (hasClosed)
        {
            owner.Partitioner.BatchClosed(Partition.Topic, Partition.Partition);
        }

        if (mustTell)
        {
            owner.Tell(this);
        }

        return true;
    }

    /// <summary>For the engine: moves the closed batches out, and says when the open one was opened.</summary>
    public TimeSpan? Take(List<ProducerBatch> closed)
    {
        lock (_gate)
        {
            _isKnownToEngine = false;
            while (_closed.TryDequeue(out var batch))
            {
                closed.Add(batch);
            }

            return _open?.OpenedAt;
        }
    }

    /// <summary>For the engine: as <see cref="Take"/>, the open batch, too.</summary>
    public void TakeAll(List<ProducerBatch> closed)
    {
        bool hasClosed;
        lock (_gate)
        {
            hasClosed = _open is not null;
            if (hasClosed)
            {
                Close();
            }
        }

        Take(closed);
        if (hasClosed)
        {
            owner.Partitioner.BatchClosed(Partition.Topic, Partition.Partition);
        }
    }

    /// <summary>Takes no more records.</summary>
    public void Shut()
    {
        lock (_gate)
        {
            _isShut = true;
        }
    }

    private ProducerBatch Open(int recordBytesMax)
    {
        var expected = Math.Min(owner.BatchBytes, Math.Max(_bytesExpected, BatchView.HeaderBytes + recordBytesMax));
        var records = new BatchBuffer(owner.Pool.Rent(expected), owner.BatchBytes);
        var now = owner.Now();
        return new ProducerBatch(Partition, records, now, _outcomesExpected) { Deadline = now + owner.DeliveryTimeout };
    }

    private void Close()
    {
        _bytesExpected = _open!.SizeInBytes;
        _outcomesExpected = _open.RecordCount;
        _closed.Enqueue(_open);
        _open = null;
    }
}
