namespace ActorBroker.Log;

/// <summary>The idempotent and transactional producers that wrote to this log.</summary>
/// <remarks>Grows with the producers that wrote within the expiry time, up to <see cref="LogSettings.ProducersMax"/>; a full table forgets
/// those that wrote longest ago, unless their transaction is open. Owner: the log.</remarks>
internal sealed class ProducerTable
{
    /// <summary>Below this many producers a sweep is not worth its while outside of rolls.</summary>
    private const int SweepCountMin = 1024;

    /// <summary>When the table is full a tenth of it goes at once, so that sorting by age is paid for by many new producers.</summary>
    private const int EvictedPart = 10;

    private readonly Dictionary<long, ProducerState> _producers = [];
    private int _sweepAtCount = SweepCountMin;

    public int Count => _producers.Count;

    public IReadOnlyCollection<ProducerState> All => _producers.Values;

    /// <summary>First offset of the oldest open transaction; <see cref="Offset.None"/> when none is open.</summary>
    public Offset FirstOpenTransaction
    {
        get
        {
            var first = Offset.None;
            foreach (var producer in _producers.Values)
            {
                var start = producer.TransactionStart;
                if (start != Offset.None && (first == Offset.None || start < first)) first = start;
            }

            return first;
        }
    }

    /// <summary>Decides about a client's batch, without changing anything.</summary>
    public AppendVerdict Judge(BatchView batch, long nowMs, TimeSpan expiry, out ProducerBatch original)
    {
        original = default;
        if (batch.ProducerId < 0 || batch.IsControl) return AppendVerdict.Appended;
        if (!_producers.TryGetValue(batch.ProducerId, out var state) || IsExpired(state, nowMs, expiry)) return AppendVerdict.Appended;
        return state.Judge(batch.ProducerEpoch, batch.BaseSequence, batch.LastSequence, out original);
    }

    /// <summary>Remembers a batch that has its offsets: one just staged, or one found in the log.</summary>
    /// <param name="batch">Of any kind; those without a producer id leave no trace.</param>
    /// <param name="nowMs">The clock's time: expiry does not trust the producers' clocks.</param>
    public void Note(BatchView batch, long nowMs, LogSettings settings)
    {
        if (batch.ProducerId < 0) return;
        if (!_producers.TryGetValue(batch.ProducerId, out var state))
        {
            MakeRoom(nowMs, settings);
            state = new ProducerState(batch.ProducerId, batch.ProducerEpoch);
            _producers.Add(batch.ProducerId, state);
        }

        state.LastWriteMs = nowMs;
        if (batch.IsControl)
        {
            state.EndTransaction(batch.ProducerEpoch);
            return;
        }

        var entry = new ProducerBatch(batch.BaseSequence, batch.LastSequence, batch.BaseOffset, batch.LastOffset, batch.MaxTimestamp);
        state.Append(batch.ProducerEpoch, entry, batch.IsTransactional);
    }

    public void Add(ProducerState state) => _producers.Add(state.ProducerId, state);

    public void Clear() => _producers.Clear();

    /// <summary>Forgets producers that wrote nothing for <paramref name="expiry"/>. One with an open transaction stays: its end is yet to come.</summary>
    public void Expire(long nowMs, TimeSpan expiry)
    {
        foreach (var (producerId, state) in _producers)
        {
            if (IsExpired(state, nowMs, expiry)) _producers.Remove(producerId);
        }
    }

    private static bool IsExpired(ProducerState state, long nowMs, TimeSpan expiry) =>
        state.TransactionStart == Offset.None && nowMs - state.LastWriteMs > expiry.TotalMilliseconds;

    private void MakeRoom(long nowMs, LogSettings settings)
    {
        if (_producers.Count < Math.Min(_sweepAtCount, settings.ProducersMax)) return;
        Expire(nowMs, settings.ProducerExpiry);
        _sweepAtCount = Math.Max(SweepCountMin, _producers.Count * 2);
        if (_producers.Count < settings.ProducersMax) return;
        var oldest = _producers.Values.Where(producer => producer.TransactionStart == Offset.None).OrderBy(producer => producer.LastWriteMs);
        foreach (var producer in oldest.Take((_producers.Count / EvictedPart) + 1).ToArray()) _producers.Remove(producer.ProducerId);
    }
}
