using System.Collections.Concurrent;
using ActorBroker.Log;

namespace ActorBroker.Client.Producing;

/// <summary>The callers' half of a producer: makes bytes of records, chooses partitions, and puts the records into the buffers.</summary>
/// <remarks>Safe from any thread; never blocks one.</remarks>
internal sealed class RecordSender<TKey, TValue>(
    ProducerShared shared, ISerializer<TKey> keySerializer, ISerializer<TValue> valueSerializer, TimeProvider clock)
{
    private static readonly bool IsKeyPlain = typeof(TKey) == typeof(byte[]);
    private static readonly bool IsValuePlain = typeof(TValue) == typeof(byte[]);

    private readonly ConcurrentDictionary<string, TopicLine<TKey, TValue>> _lines = new(StringComparer.Ordinal);
    private readonly bool _isKeyItsBytes = IsKeyPlain && ReferenceEquals(keySerializer, Serializers.Bytes);
    private readonly bool _isValueItsBytes = IsValuePlain && ReferenceEquals(valueSerializer, Serializers.Bytes);
    private TopicLine<TKey, TValue>? _last;

    public ProducerShared Shared => shared;

    /// <summary>Takes the record at once, or has it wait in its topic's line.</summary>
    public void Send(in ProducerRecord<TKey, TValue> record, ISendOutcome outcome, CancellationToken ct)
    {
        if (shared.IsClosed)
        {
            outcome.Fail(ProducerShared.Closed());
            return;
        }

        var line = LineOf(record.Topic);
        var taken = 0L;
        if (line.IsEmpty && TryAccept(line, record, outcome, ref taken, out _) == Acceptance.Done)
        {
            return;
        }

        line.Enqueue(record, outcome, ct);
    }

    /// <summary>Completed when those that wait now have been taken, or have failed.</summary>
    public Task WhenNoneWaits()
    {
        var waits = new List<Task>();
        foreach (var line in _lines.Values)
        {
            waits.Add(line.WhenEmptied());
        }

        return Task.WhenAll(waits);
    }

    /// <param name="taken">Bytes of the budget that the caller has for it already; 0 afterwards, they are used or given back.</param>
    /// <param name="bytes">What it needs, with <see cref="Acceptance.NeedsRoom"/>.</param>
    public Acceptance TryAccept(TopicLine<TKey, TValue> line, in ProducerRecord<TKey, TValue> record, ISendOutcome outcome, ref long taken, out int bytes)
    {
        bytes = 0;
        var buffers = line.Buffers;
        if (buffers.Length == 0 || record.Partition >= buffers.Length)
        {
            return Acceptance.NeedsTopic;
        }

        var scratch = ScratchWriter.Rent();
        try
        {
            return Serialize(line, buffers, record, outcome, scratch, ref taken, out bytes);
        }
        catch (Exception error)
        {
            // A serializer or partitioner of the application's, or a record that no batch can hold.
            outcome.Fail(error is BrokerException ? error : new RecordFormatException($"A record for topic {record.Topic} cannot be written: {error.Message}", error));
            return Acceptance.Done;
        }
        finally
        {
            scratch.Return();
            if (taken > 0)
            {
                shared.Accumulator.Budget.Give(taken);
                taken = 0;
            }
        }
    }

    private Acceptance Serialize(
        TopicLine<TKey, TValue> line,
        PartitionBuffer?[] buffers,
        in ProducerRecord<TKey, TValue> record,
        ISendOutcome outcome,
        ScratchWriter scratch,
        ref long taken,
        out int bytes)
    {
        var hasKey = record.Key is not null;
        if (hasKey && !_isKeyItsBytes)
        {
            keySerializer.Serialize(record.Key!, scratch);
        }

        var keyEnd = scratch.Count;
        var hasValue = record.Value is not null;
        if (hasValue && !_isValueItsBytes)
        {
            valueSerializer.Serialize(record.Value!, scratch);
        }

        var key = !hasKey ? NullableBytes.Null : _isKeyItsBytes ? (NullableBytes)(byte[])(object)record.Key! : scratch.Slice(0, keyEnd);
        var value = !hasValue ? NullableBytes.Null : _isValueItsBytes ? (NullableBytes)(byte[])(object)record.Value! : scratch.Slice(keyEnd, scratch.Count);
        var serialized = new SerializedRecord(key, value, record.Headers);
        bytes = serialized.BytesMax;
        var budget = shared.Accumulator.Budget;
        if (bytes > budget.Total)
        {
            throw new RecordFormatException($"A record of {bytes} bytes for topic {record.Topic} is larger than the producer's buffer of {budget.Total} bytes (buffer-bytes).");
        }

        if (taken == bytes)
        {
            taken = 0;
        }
        else if (!budget.TryTake(bytes))
        {
            return Acceptance.NeedsRoom;
        }

        var partition = record.Partition ?? shared.Accumulator.Partitioner.Choose(record.Topic, key, buffers.Length);
        var timestamp = (record.Timestamp ?? clock.GetUtcNow()).ToUnixTimeMilliseconds();
        if (!line.BufferOf(buffers, partition).TryAdd(timestamp, serialized, outcome))
        {
            budget.Give(bytes);
            outcome.Fail(ProducerShared.Closed());
        }

        return Acceptance.Done;
    }

    private TopicLine<TKey, TValue> LineOf(string topic)
    {
        ArgumentException.ThrowIfNullOrEmpty(topic);
        var last = _last;
        if (last is not null && (ReferenceEquals(last.Topic, topic) || last.Topic == topic))
        {
            return last;
        }

        return _last = _lines.GetOrAdd(topic, static (name, sender) => new TopicLine<TKey, TValue>(name, sender), this);
    }
}

internal enum Acceptance
{
    /// <summary>It is in a batch, or has failed.</summary>
    Done,

    /// <summary>The topic, or its partition, is not known.</summary>
    NeedsTopic,

    /// <summary>The buffer is full.</summary>
    NeedsRoom,
}
