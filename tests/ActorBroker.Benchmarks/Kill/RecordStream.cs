using ActorBroker.Log;
using Record = ActorBroker.Log.Record;

namespace ActorBroker.Benchmarks.Kill;

/// <summary>What one reader gets of a partition: every offset once, in order, and each producer's records in their order.</summary>
internal sealed class RecordStream(PartitionLedger ledger, long from)
{
    private readonly Dictionary<int, long> _lastOf = [];
    private long _from = from;

    /// <summary>The offset to fetch from.</summary>
    public long Next { get; private set; } = from;

    /// <summary>Goes on at the log's start, since the log no longer has what would follow.</summary>
    public void SkipTo(long start)
    {
        Demand(start > Next, $"offset {Next} is out of range, and the log begins at {start}: what a reader has seen is gone from its end");
        (_from, Next) = (start, start);
    }

    /// <summary>Takes what a fetch from <see cref="Next"/> has brought.</summary>
    public void Take(ReadOnlySpan<byte> bytes)
    {
        var batches = new BatchSequence(bytes, int.MaxValue);
        while (batches.MoveNext())
        {
            using var records = new RecordReader(batches.Current);
            while (records.MoveNext())
            {
                // A batch is sent whole, also when only its end was asked for.
                if (records.Current.Offset.Value >= _from)
                {
                    Take(records.Current);
                }
            }

            Demand(records.Error == BatchError.None, $"the batch at {batches.Current.BaseOffset} cannot be read: {records.Error}");
        }

        Demand(batches.Error == BatchError.None, $"what follows {Next} is no batch: {batches.Error}");
    }

    private void Take(Record record)
    {
        var offset = record.Offset.Value;
        var id = RecordId.Of(record.Value.Span) ?? throw Broken($"nobody has sent what is at offset {offset}");
        Demand(offset == Next, $"offset {offset} came where {Next} must follow");
        var last = _lastOf.GetValueOrDefault(id.Producer, -1);
        Demand(id.Number > last, $"{id}, at {offset}, comes after record {last} of that producer");
        _lastOf[id.Producer] = id.Number;
        Next = offset + 1;
        ledger.NoteRead(offset, id);
    }

    private void Demand(bool isSo, string otherwise)
    {
        if (!isSo)
        {
            throw Broken(otherwise);
        }
    }

    private PromiseBrokenException Broken(string how) => new($"{ledger.Partition}: {how}");
}
