using ActorBroker.Kafka.Messages;
using ActorBroker.Log;

namespace ActorBroker.Cli.Client;

/// <summary>Tells which batches of one answer belong to aborted transactions, from the list the broker sends with them (KIP-98).</summary>
internal sealed class AbortedFilter(IReadOnlyList<FetchResponse.AbortedTransaction> aborted)
{
    private readonly Queue<FetchResponse.AbortedTransaction> _ahead = new(aborted.OrderBy(transaction => transaction.FirstOffset));
    private readonly HashSet<long> _open = [];

    /// <summary>True for a batch with records to show. Call it for every batch, in order.</summary>
    public bool Shows(BatchView batch)
    {
        while (_ahead.TryPeek(out var next) && next.FirstOffset <= batch.LastOffset.Value)
        {
            _open.Add(next.ProducerId);
            _ahead.Dequeue();
        }

        if (!batch.IsControl) return !batch.IsTransactional || !_open.Contains(batch.ProducerId);
        if (_open.Contains(batch.ProducerId) && IsAbort(batch)) _open.Remove(batch.ProducerId);
        return false;
    }

    private static bool IsAbort(BatchView batch)
    {
        using var records = new RecordReader(batch);
        return records.MoveNext() && records.Current.Key.Span is [_, _, 0, 0, ..];
    }
}
