using ActorBroker.Log;
using ActorBroker.Messages;
using ActorBroker.Messages.Sessions;

namespace ActorBroker.Client.Producing;

/// <summary>One batch: its records' bytes, and who wants to know what becomes of them.</summary>
/// <remarks>While open, it belongs to its <see cref="PartitionBuffer"/>; closed, to the engine.</remarks>
internal sealed class ProducerBatch(TopicPartition partition, BatchBuffer records, TimeSpan openedAt, int outcomesExpected) : QueuedBatch
{
    private ISendOutcome[] _outcomes = new ISendOutcome[Math.Max(outcomesExpected, 4)];

    public TopicPartition Partition { get; } = partition;

    public TimeSpan OpenedAt { get; } = openedAt;

    public override int RecordCount => records.Count;

    public int SizeInBytes => records.SizeInBytes;

    /// <summary>Taken from the budget for it.</summary>
    public long BytesTaken { get; private set; }

    /// <summary>As it is sent.</summary>
    public ReadOnlyMemory<byte> Sealed { get; private set; }

    /// <summary>Those who wait until this batch, among others, is done.</summary>
    public List<FlushCount>? Flushes { get; set; }

    public bool TryAdd(long timestampMs, in SerializedRecord record, ISendOutcome outcome)
    {
        if (!records.TryAdd(timestampMs, record.Key, record.Value, record.Headers, record.HeaderBytes))
        {
            return false;
        }

        outcome.TimestampMs = timestampMs;
        var index = records.Count - 1;
        if (index == _outcomes.Length)
        {
            Array.Resize(ref _outcomes, index * 2);
        }

        _outcomes[index] = outcome;
        BytesTaken += record.BytesMax;
        return true;
    }

    /// <summary>Writes the numbers that it has.</summary>
    public void Seal(CompressionCodec codec) => Sealed = records.Seal(codec, ProducerId, ProducerEpoch, BaseSequence);

    /// <param name="logAppendTime">−1: records keep their own timestamps.</param>
    public void Succeed(Offset baseOffset, long logAppendTime)
    {
        for (var i = 0; i < records.Count; i++)
        {
            var outcome = _outcomes[i];
            outcome.Succeed(new RecordMetadata(Partition, baseOffset + i, logAppendTime >= 0 ? logAppendTime : outcome.TimestampMs));
        }
    }

    public void Fail(Exception error)
    {
        for (var i = 0; i < records.Count; i++)
        {
            _outcomes[i].Fail(error);
        }
    }

    /// <summary>Why it has failed.</summary>
    public ProduceException ErrorAt(TimeSpan now, TimeSpan deliveryTimeout)
    {
        var isLate = Deadline <= now;
        var error = LastError == SessionError.None && isLate ? SessionError.TimedOut : LastError;
        var why = isLate ? $"not written within {deliveryTimeout} (delivery-timeout)" : "not written";
        var last = Attempts == 0 ? "no node that leads the partition could be reached" : $"{Attempts} attempts, the last one: {LastError} {LastMessage}";
        var maybe = MayBeWritten ? " They may be in the log all the same." : "";
        return new ProduceException(
            Partition, error, isLate || SessionErrors.IsRetriable(error), $"{RecordCount} records for {Partition} were {why}; {last}.{maybe}");
    }

    /// <summary>Gives the buffer back. One that was sent more than once stays away from the pool: an early copy of the message may still be under way.</summary>
    public void Release(BatchPool pool)
    {
        if (Attempts == 0 || (Attempts == 1 && !MayBeWritten))
        {
            pool.Return(records.Bytes);
        }
    }
}

/// <summary>A flush: done when all its batches are.</summary>
internal sealed class FlushCount(TaskCompletionSource done)
{
    private int _left = 1;

    public void Add() => _left++;

    public void Remove()
    {
        if (--_left == 0)
        {
            done.TrySetResult();
        }
    }
}

/// <summary>A record as bytes, on the stack of the call that accepts it.</summary>
internal readonly ref struct SerializedRecord(NullableBytes key, NullableBytes value, IReadOnlyList<RecordHeader>? headers)
{
    public NullableBytes Key { get; } = key;

    public NullableBytes Value { get; } = value;

    public IReadOnlyList<RecordHeader>? Headers { get; } = headers;

    public int HeaderBytes { get; } = BatchBuffer.SizeOfHeaders(headers);

    /// <summary>What it can take in a batch.</summary>
    public int BytesMax => BatchBuffer.RecordBytesMax(checked(Key.Span.Length + Value.Span.Length + HeaderBytes));
}
