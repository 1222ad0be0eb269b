using ActorBroker.Log;
using ActorBroker.Messages;

namespace ActorBroker.Client.Consuming;

/// <summary>What is delivered and not acknowledged, and how far each partition is acknowledged without a gap. Pure.</summary>
internal sealed class UnackedRecords<TKey, TValue>
{
    private readonly SortedDictionary<long, Delivery> _open = [];
    private readonly Dictionary<TopicPartition, Queue<Delivered<TKey, TValue>>> _inOrder = [];
    private readonly Dictionary<TopicPartition, Offset> _acknowledged = [];
    private long _lastId;

    /// <summary>Records that wait for their acknowledgement.</summary>
    public int Count => _open.Count;

    /// <summary>When the oldest of them was delivered, the last time; null: there are none.</summary>
    public TimeSpan? OldestAt => _open.Count == 0 ? null : _open.First().Value.At;

    public Delivered<TKey, TValue> Add(ConsumeResult<TKey, TValue> record, TimeSpan now)
    {
        var delivery = new Delivered<TKey, TValue>(record, ++_lastId);
        _open.Add(delivery.DeliveryId, new Delivery(delivery, now));
        if (!_inOrder.TryGetValue(record.TopicPartition, out var queue))
        {
            _inOrder[record.TopicPartition] = queue = new Queue<Delivered<TKey, TValue>>();
        }

        queue.Enqueue(delivery);
        return delivery;
    }

    /// <summary>All of them, oldest first, to be delivered now.</summary>
    public IReadOnlyList<Delivered<TKey, TValue>> Again(TimeSpan now)
    {
        Delivered<TKey, TValue>[] all = [.. _open.Values.Select(delivery => delivery.Of)];
        foreach (var delivery in all)
        {
            _open[delivery.DeliveryId] = new Delivery(delivery, now);
        }

        return all;
    }

    /// <summary>False when it is not open: acknowledged before, or of a partition that was revoked.</summary>
    public bool Acknowledge(long deliveryId)
    {
        if (!_open.Remove(deliveryId, out var delivery))
        {
            return false;
        }

        var partition = delivery.Of.Record.TopicPartition;
        var queue = _inOrder[partition];
        while (queue.TryPeek(out var first) && !_open.ContainsKey(first.DeliveryId))
        {
            _acknowledged[partition] = queue.Dequeue().Record.Offset + 1;
        }

        return true;
    }

    /// <summary>Positions that have moved since the last call.</summary>
    public Dictionary<TopicPartition, Offset> TakeAcknowledged()
    {
        var taken = new Dictionary<TopicPartition, Offset>(_acknowledged);
        _acknowledged.Clear();
        return taken;
    }

    /// <summary>They could not be committed: they are to be tried again, unless there are newer ones.</summary>
    public void PutBack(Dictionary<TopicPartition, Offset> positions)
    {
        foreach (var (partition, position) in positions)
        {
            _acknowledged.TryAdd(partition, position);
        }
    }

    /// <summary>Everything that waits is forgotten: somebody else gets it.</summary>
    public void Clear()
    {
        _open.Clear();
        _inOrder.Clear();
        _acknowledged.Clear();
    }

    private readonly record struct Delivery(Delivered<TKey, TValue> Of, TimeSpan At);
}
