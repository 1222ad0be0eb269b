using System.Runtime.CompilerServices;
using ActorBroker.Log;
using ActorBroker.Messages.Sessions;

namespace ActorBroker.Client.Consuming;

/// <summary>Turns a chunk's bytes into results, one batch at a time. Control batches, and records below the position, are left out.</summary>
/// <remarks>Owner: one enumeration.</remarks>
internal sealed class RecordCursor<TKey, TValue>(IDeserializer<TKey> keys, IDeserializer<TValue> values)
{
    private const int KeptMax = 64 * 1024;   // a batch of more records than this does not leave its array behind

    private readonly List<ConsumeResult<TKey, TValue>> _decoded = [];
    private int _next;
    private int _at;
    private BrokerException? _failure;

    /// <summary>Null: none, or it is at its end.</summary>
    public Chunk? Chunk { get; private set; }

    public void Load(Chunk? chunk)
    {
        Chunk = chunk;
        _at = 0;
        ForgetDecoded();
    }

    /// <summary>Null at the end of the chunk.</summary>
    /// <exception cref="RecordFormatException">A deserializer does not take the bytes; again and again at that record.</exception>
    /// <exception cref="BrokerException">InvalidBatch: the bytes are damaged.</exception>
    public ConsumeResult<TKey, TValue>? Next()
    {
        while (Chunk is { } chunk)
        {
            if (_next < _decoded.Count)
            {
                return _decoded[_next++];
            }

            if (_failure is not null)
            {
                throw _failure;
            }

            if (_at >= chunk.Batches.Length)
            {
                return null;
            }

            Decode(chunk);
        }

        return null;
    }

    private void ForgetDecoded()
    {
        _failure = null;
        _next = 0;
        _decoded.Clear();
        if (_decoded.Capacity > KeptMax)
        {
            _decoded.Capacity = 0;
        }
    }

    private void Decode(Chunk chunk)
    {
        ForgetDecoded();
        var error = BatchView.Read(chunk.Batches.Span[_at..], int.MaxValue, out var batch);
        if (error != BatchError.None)
        {
            throw Damaged(chunk, error);
        }

        _at += batch.SizeInBytes;
        var position = chunk.Of.Position ?? Offset.Zero;
        if (batch.IsControl || batch.LastOffset < position)
        {
            return;
        }

        using var records = new RecordReader(batch);
        while (_failure is null && records.MoveNext())
        {
            if (records.Current.Offset >= position)
            {
                Add(chunk, records.Current, batch.Epoch);
            }
        }

        if (records.Error != BatchError.None)
        {
            _failure ??= Damaged(chunk, records.Error);
        }
    }

    private void Add(Chunk chunk, Record record, LeaderEpoch epoch)
    {
        var what = "key";
        try
        {
            var key = Read(keys, record.Key, chunk);
            what = "value";
            var value = Read(values, record.Value, chunk);
            IReadOnlyList<RecordHeader> headers = record.HeaderCount == 0 ? [] : record.Headers.ToList();
            _decoded.Add(new ConsumeResult<TKey, TValue>(chunk.Of.Partition, record.Offset, record.Timestamp, key, value, headers, epoch));
        }
        catch (Exception cause)
        {
            // Whatever a deserializer throws: the records before this one are given out first.
            _failure = new RecordFormatException($"{chunk.Of.Partition}, offset {record.Offset}: the {what} cannot be read: {cause.Message}", cause);
        }
    }

    private static T Read<T>(IDeserializer<T> deserializer, NullableBytes bytes, Chunk chunk)
    {
        if (bytes.IsNull)
        {
            return default!;
        }

        if (typeof(T) == typeof(ReadOnlyMemory<byte>) && ReferenceEquals(deserializer, Deserializers.Memory)
            && chunk.Batches.Span.Overlaps(bytes.Span, out var at))
        {
            // The chunk is garbage collected and never written again, so what stands in it need not be copied.
            var there = chunk.Batches.Slice(at, bytes.Span.Length);
            return Unsafe.As<ReadOnlyMemory<byte>, T>(ref there);
        }

        return deserializer.Deserialize(bytes.Span);
    }

    private static BrokerException Damaged(Chunk chunk, BatchError error) => new(
        SessionError.InvalidBatch, false, $"{chunk.Of.Partition}: the bytes of a batch before offset {chunk.Next} are damaged: {error}.");
}
