using ActorBroker.Cli.Client;
using ActorBroker.Cli.Output;
using ActorBroker.Log;

namespace ActorBroker.Cli.Commands;

/// <summary>Takes records out of what was fetched and prints them, until enough are printed.</summary>
/// <param name="countMax">Null: no limit.</param>
internal sealed class RecordPrinter(string topic, IRecordWriter writer, ByteOutput output, long? countMax)
{
    private readonly Dictionary<int, long> _next = [];

    public bool IsDone => Count >= countMax;

    public long Count { get; private set; }

    /// <summary>For each partition the offset behind what was printed: what a group commits.</summary>
    public IReadOnlyDictionary<int, long> Next => _next;

    /// <exception cref="CliException">A batch is damaged.</exception>
    public void Print(FetchedRecords fetched)
    {
        var filter = new AbortedFilter(fetched.Aborted);
        var batches = new BatchSequence(fetched.Bytes.Span, ClientOptions.FrameBytesMax);
        while (!IsDone && batches.MoveNext())
        {
            var batch = batches.Current;
            if (batch.NextOffset.Value <= fetched.From) continue;
            if (fetched.End is { } end && batch.BaseOffset.Value >= end) return;
            if (filter.Shows(batch)) Print(fetched, batch);
            if (!IsDone) _next[fetched.Partition] = Math.Min(batch.NextOffset.Value, fetched.End ?? long.MaxValue);
        }

        if (batches.Error != BatchError.None) throw Damaged(fetched, batches.Error);
    }

    private void Print(FetchedRecords fetched, BatchView batch)
    {
        using var records = new RecordReader(batch);
        while (!IsDone && records.MoveNext())
        {
            var record = records.Current;
            if (record.Offset.Value < fetched.From) continue;
            if (record.Offset.Value >= fetched.End) return;
            writer.Write(fetched.Partition, record);
            Count++;
            _next[fetched.Partition] = record.Offset.Value + 1;
            if (output.IsLarge) output.Flush();
        }

        if (records.Error != BatchError.None) throw Damaged(fetched, records.Error);
    }

    private CliException Damaged(FetchedRecords fetched, BatchError error) =>
        new($"topic '{topic}' partition {fetched.Partition}: a batch at or after offset {_next.GetValueOrDefault(fetched.Partition, fetched.From)} is damaged ({error}): look at the broker's log");
}
