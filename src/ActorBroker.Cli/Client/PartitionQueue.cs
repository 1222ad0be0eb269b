using ActorBroker.Log;

namespace ActorBroker.Cli.Client;

/// <summary>What waits for one partition: the batch that is being filled, and finished ones in their order.</summary>
/// <remarks>Guarded by the producer's lock.</remarks>
internal sealed class PartitionQueue(int partition, ProducerOptions options, long producerId, short producerEpoch)
{
    private readonly BatchWriter _open = new() { Codec = options.Codec };
    private readonly LinkedList<ProducedBatch> _waiting = new();
    private long _nextNumber;
    private long _nextToSend;
    private int _nextSequence;
    private long _openedAt;

    public int Partition { get; } = partition;

    public int InFlight { get; private set; }

    /// <summary>Timestamp of the clock before which nothing is sent, after an error.</summary>
    public long NotBefore { get; set; }

    public bool HasOpen => _open.Count > 0;

    public bool IsIdle => _open.Count == 0 && _waiting.Count == 0 && InFlight == 0;

    public long OpenedAt => _openedAt;

    public bool HasWaiting => _waiting.Count > 0;

    public ProducedBatch? Oldest => _waiting.First?.Value;

    /// <summary>True when this record would not fit the batch that is being filled.</summary>
    public bool WouldOverflow(int recordBytes) => _open.Count > 0 && _open.SizeInBytes + (long)recordBytes > options.BatchBytes;

    public bool IsFull => _open.SizeInBytes >= options.BatchBytes;

    public int Add(long timestampMs, long now, NullableBytes key, NullableBytes value, IReadOnlyList<RecordHeader>? headers)
    {
        var before = _open.Count == 0 ? 0 : _open.SizeInBytes;
        if (_open.Count == 0) _openedAt = now;
        _open.Add(timestampMs, key, value, headers);
        return _open.SizeInBytes - before;
    }

    /// <summary>Finishes the batch that is being filled.</summary>
    public void Seal()
    {
        Check.That(_open.Count > 0);
        if (options.IsIdempotent)
        {
            (_open.ProducerId, _open.ProducerEpoch, _open.BaseSequence) = (producerId, producerEpoch, _nextSequence);
            _nextSequence = (int)((_nextSequence + (long)_open.Count) & int.MaxValue);
        }

        _waiting.AddLast(new ProducedBatch(this, _nextNumber++, _open.ToLease(), _open.Count, _open.SizeInBytes, _openedAt));
        _open.Clear();
    }

    /// <summary>True when a batch may leave now. After an error the batches go again one at a time, in their order, until
    /// those that were sent before are through.</summary>
    public bool MaySend(long now)
    {
        if (_waiting.First is not { } first || now < NotBefore) return false;
        return InFlight == 0 || (first.Value.Number >= _nextToSend && InFlight < ProducerOptions.InFlightMax);
    }

    public ProducedBatch Take()
    {
        var batch = _waiting.First!.Value;
        _waiting.RemoveFirst();
        _nextToSend = Math.Max(_nextToSend, batch.Number + 1);
        InFlight++;
        return batch;
    }

    public void Acknowledged(ProducedBatch batch)
    {
        Check.That(InFlight > 0);
        InFlight--;
        batch.Bytes.Dispose();
    }

    /// <summary>Puts a batch back in front of those that come after it.</summary>
    public void Return(ProducedBatch batch)
    {
        Check.That(InFlight > 0);
        InFlight--;
        var next = _waiting.First;
        while (next is not null && next.Value.Number < batch.Number) next = next.Next;
        if (next is null) _waiting.AddLast(batch);
        else _waiting.AddBefore(next, batch);
    }

    /// <summary>True when a batch from before this one is not acknowledged yet: only then is an out-of-order answer no loss.</summary>
    public bool WaitsForEarlier(ProducedBatch batch, IEnumerable<ProducedBatch> inFlight) =>
        _waiting.Any(other => other.Number < batch.Number) || inFlight.Any(other => other.Queue == this && other.Number < batch.Number);
}
