using System.Runtime.CompilerServices;

namespace ActorBroker.Log;

/// <summary>What one idempotent or transactional producer last wrote to this log.</summary>
/// <remarks>Source: Kafka's producer state (KIP-98). Clients keep at most five requests in flight, so five batches are enough to know
/// every batch that can be sent again.</remarks>
internal sealed class ProducerState(long producerId, short epoch)
{
    public const int BatchesMax = 5;

    private const int NoSequence = -1;

    private LastBatches _batches;

    public long ProducerId { get; } = producerId;

    public short Epoch { get; private set; } = epoch;

    /// <summary>Sequence number of the last record; −1 when the next must be 0.</summary>
    public int LastSequence { get; private set; } = NoSequence;

    /// <summary>The clock's time of the last write, in ms since 1970; for expiry.</summary>
    public long LastWriteMs { get; set; }

    /// <summary>First offset of the open transaction; <see cref="Offset.None"/> when none is open.</summary>
    public Offset TransactionStart { get; private set; } = Offset.None;

    public int BatchCount { get; private set; }

    /// <summary>Batch by age, the oldest first.</summary>
    public ProducerBatch this[int index]
    {
        get
        {
            Check.That(index >= 0 && index < BatchCount);
            return _batches[index];
        }
    }

    /// <summary>Decides about a client's batch: the table of Kafka's idempotent producer.</summary>
    /// <param name="original">The batch that was sent before, for <see cref="AppendVerdict.Duplicate"/>.</param>
    public AppendVerdict Judge(short epoch, int firstSequence, int lastSequence, out ProducerBatch original)
    {
        original = default;
        if (epoch < Epoch) return AppendVerdict.InvalidProducerEpoch;
        if (epoch > Epoch) return firstSequence == 0 ? AppendVerdict.Appended : AppendVerdict.OutOfOrderSequence;
        for (var i = 0; i < BatchCount; i++)
        {
            if (_batches[i].FirstSequence != firstSequence || _batches[i].LastSequence != lastSequence) continue;
            original = _batches[i];
            return AppendVerdict.Duplicate;
        }

        return firstSequence == Following(LastSequence) ? AppendVerdict.Appended : AppendVerdict.OutOfOrderSequence;
    }

    /// <summary>Remembers a batch that is in the log.</summary>
    public void Append(short epoch, in ProducerBatch batch, bool isTransactional)
    {
        Check.That(batch.BaseOffset <= batch.LastOffset);
        StartEpoch(epoch);
        if (BatchCount == BatchesMax)
        {
            for (var i = 1; i < BatchesMax; i++) _batches[i - 1] = _batches[i];
            BatchCount--;
        }

        _batches[BatchCount++] = batch;
        LastSequence = batch.LastSequence;
        if (isTransactional && TransactionStart == Offset.None) TransactionStart = batch.BaseOffset;
        Check.AtMost(BatchCount, BatchesMax);
    }

    /// <summary>A control batch ends the transaction and may bring a newer epoch; it has no sequence number.</summary>
    public void EndTransaction(short epoch)
    {
        StartEpoch(epoch);
        TransactionStart = Offset.None;
    }

    /// <summary>Puts back what a snapshot says.</summary>
    public void Restore(int lastSequence, long lastWriteMs, Offset transactionStart, ReadOnlySpan<ProducerBatch> batches)
    {
        Check.AtMost(batches.Length, BatchesMax);
        (LastSequence, LastWriteMs, TransactionStart, BatchCount) = (lastSequence, lastWriteMs, transactionStart, batches.Length);
        for (var i = 0; i < batches.Length; i++) _batches[i] = batches[i];
    }

    private static int Following(int sequence) => sequence == int.MaxValue ? 0 : sequence + 1;

    // Replicated batches are the leader's decision, so an epoch that goes back is taken over as well.
    private void StartEpoch(short epoch)
    {
        if (epoch == Epoch) return;
        (Epoch, LastSequence, BatchCount) = (epoch, NoSequence, 0);
    }

    [InlineArray(BatchesMax)]
    private struct LastBatches
    {
        private ProducerBatch _first;
    }
}
