using ActorBroker.Messages.Sessions;

namespace ActorBroker.Client.Producing;

/// <summary>The closed batches of one partition, in the order in which their records were accepted, and the rules by which they are
/// sent so that none is written twice and none overtakes another. Pure: no actor, no clock.</summary>
/// <remarks>
/// <para>The rules of an idempotent producer:</para>
/// <list type="bullet">
/// <item>Sequence numbers are given when a batch is sent for the first time, and stay with it as long as it may have been written.</item>
/// <item>The oldest batch that waits goes first. From the oldest unanswered batch to the newest one sent there are never more than
/// the limit (5), because the broker recognizes that many.</item>
/// <item>After trouble, and with a new identity, one batch goes alone until it is written: a broker that does not know the producer
/// takes any number as its first.</item>
/// <item>A batch that fails leaves a gap in the numbers. When nothing numbered follows it and it was certainly not written, its numbers are
/// given again. Otherwise, as soon as nothing is unanswered any more, the producer's epoch rises and all numbers start over: batches that were certainly
/// not written get new numbers; those that may have been fail as well. The broker refuses what is still under way with the old epoch.</item>
/// </list>
/// <para>Without idempotence batches have no numbers: what is sent again may be there twice, or out of order when several are in flight.</para>
/// </remarks>
internal sealed class PartitionQueue(int inFlightMax, bool isIdempotent)
{
    private readonly List<QueuedBatch> _batches = [];
    private long _producerId = -1;
    private short _epoch;
    private int _nextSequence;
    private long _nextOrdinal;
    private bool _isConfirmed = !isIdempotent;
    private bool _mustStartOver;
    private bool _isOutOfEpochs;

    /// <summary>Batches that are not done.</summary>
    public int Count => _batches.Count;

    public int InFlight { get; private set; }

    /// <summary>A producer id has no epochs left here: <see cref="Next"/> is null until it is asked for another id.</summary>
    public bool NeedsNewProducerId => _isOutOfEpochs;

    /// <summary>Not done, the oldest first.</summary>
    public IReadOnlyList<QueuedBatch> Batches => _batches;

    private int Limit => _isConfirmed ? inFlightMax : 1;

    public void Add(QueuedBatch batch)
    {
        Check.That(batch.State == BatchState.Waiting && !batch.IsNumbered);
        batch.Ordinal = _nextOrdinal++;
        _batches.Add(batch);
    }

    /// <summary>The batch to send now; null: none.</summary>
    /// <param name="producerId">The one in use for new numbers; −1 where there is none.</param>
    public QueuedBatch? Next(long producerId)
    {
        if (InFlight >= Limit || (_mustStartOver && InFlight > 0) || (_isOutOfEpochs && producerId == _producerId))
        {
            return null;
        }

        var next = FirstWaiting();
        if (next is null || next.Ordinal - _batches[0].Ordinal >= Limit)
        {
            return null;
        }

        return isIdempotent && producerId < 0 && !next.IsNumbered ? null : next;
    }

    /// <summary>The batch that <see cref="Next"/> gave is sent, with the numbers that it has afterwards.</summary>
    /// <returns>True when its numbers are new, so that they must be written into it.</returns>
    public bool Sending(QueuedBatch batch, long producerId)
    {
        Check.That(batch.State == BatchState.Waiting);
        batch.State = BatchState.InFlight;
        batch.Attempts++;
        InFlight++;
        if (batch.IsNumbered || !isIdempotent)
        {
            return batch.Attempts == 1;
        }

        // An id is kept as long as it has epochs: only a higher epoch of the same id keeps out what is still under way.
        if (_producerId < 0 || _isOutOfEpochs)
        {
            (_producerId, _epoch, _nextSequence, _isConfirmed, _isOutOfEpochs) = (producerId, 0, 0, false, false);
        }

        Check.That(_producerId >= 0);
        (batch.ProducerId, batch.ProducerEpoch, batch.BaseSequence) = (_producerId, _epoch, _nextSequence);
        _nextSequence = After(_nextSequence, batch.RecordCount);
        return true;
    }

    /// <summary>The broker has it. An answer to a batch that is done already changes nothing.</summary>
    /// <param name="failed">Takes the batches that this makes fail.</param>
    /// <returns>False when it was done already.</returns>
    public bool Stored(QueuedBatch batch, List<QueuedBatch> failed)
    {
        if (batch.State != BatchState.InFlight)
        {
            return false;
        }

        if (ReferenceEquals(_batches[0], batch))
        {
            _isConfirmed = true;
        }

        Remove(batch);
        StartOverWhenQuiet(failed);
        return true;
    }

    /// <summary>The broker refused it: it waits to be sent again, or it fails.</summary>
    /// <param name="failed">Takes the batches that this makes fail.</param>
    /// <returns>False when it was done already.</returns>
    public bool Refused(QueuedBatch batch, SessionError error, string message, List<QueuedBatch> failed)
    {
        if (batch.State != BatchState.InFlight)
        {
            return false;
        }

        (batch.LastError, batch.LastMessage) = (error, message);
        if (!IsCertainlyNotWritten(error))
        {
            batch.MayBeWritten = true;
        }

        var isOutOfOrder = isIdempotent && error == SessionError.OutOfOrderSequence && (_mustStartOver || !ReferenceEquals(_batches[0], batch));
        if (isOutOfOrder || SessionErrors.IsRetriable(error))
        {
            WaitAgain(batch);
        }
        else
        {
            Fail(batch, failed);
        }

        StartOverWhenQuiet(failed);
        return true;
    }

    /// <summary>There will be no answer: whether it was written is not known. It waits to be sent again.</summary>
    public void Lost(QueuedBatch batch, SessionError error, string message, List<QueuedBatch> failed)
    {
        if (batch.State != BatchState.InFlight)
        {
            return;
        }

        (batch.LastError, batch.LastMessage, batch.MayBeWritten) = (error, message, true);
        WaitAgain(batch);
        StartOverWhenQuiet(failed);
    }

    /// <summary>Fails what is past its deadline.</summary>
    public void Expire(TimeSpan now, List<QueuedBatch> failed)
    {
        while (_batches.Count > 0 && _batches[0].Deadline <= now)
        {
            var batch = _batches[0];
            batch.MayBeWritten |= batch.State == BatchState.InFlight;
            Fail(batch, failed);
        }

        StartOverWhenQuiet(failed);
    }

    /// <summary>Fails everything.</summary>
    public void Clear(List<QueuedBatch> failed)
    {
        foreach (var batch in _batches)
        {
            batch.State = BatchState.Done;
            failed.Add(batch);
        }

        _batches.Clear();
        InFlight = 0;
    }

    /// <summary>Errors that are found before anything is appended. All others may come after it.</summary>
    private static bool IsCertainlyNotWritten(SessionError error) => error is SessionError.Overloaded or SessionError.InvalidRequest
        or SessionError.UnknownTopicOrPartition or SessionError.InvalidTopicName or SessionError.BatchTooLarge or SessionError.InvalidBatch
        or SessionError.OutOfOrderSequence or SessionError.InvalidProducerEpoch;

    /// <summary>Sequence numbers go from 0 to 2^31−1 and around.</summary>
    private static int After(int sequence, int recordCount) => (int)((sequence + (long)recordCount) & int.MaxValue);

    private QueuedBatch? FirstWaiting()
    {
        foreach (var batch in _batches)
        {
            if (batch.State == BatchState.Waiting)
            {
                return batch;
            }
        }

        return null;
    }

    private void WaitAgain(QueuedBatch batch)
    {
        batch.State = BatchState.Waiting;
        InFlight--;
        _isConfirmed = false;
    }

    private void Remove(QueuedBatch batch)
    {
        if (batch.State == BatchState.InFlight)
        {
            InFlight--;
        }

        batch.State = BatchState.Done;
        Check.That(_batches.Remove(batch));
        Check.That(InFlight >= 0);
    }

    private void Fail(QueuedBatch batch, List<QueuedBatch> failed)
    {
        Remove(batch);
        failed.Add(batch);
        if (!batch.IsNumbered)
        {
            return;
        }

        if (!batch.MayBeWritten && !_mustStartOver && After(batch.BaseSequence, batch.RecordCount) == _nextSequence)
        {
            _nextSequence = batch.BaseSequence;   // nothing numbered follows
            return;
        }

        _mustStartOver = true;
    }

    private void StartOverWhenQuiet(List<QueuedBatch> failed)
    {
        if (!_mustStartOver || InFlight > 0)
        {
            return;
        }

        _mustStartOver = false;
        for (var i = 0; i < _batches.Count; i++)
        {
            var batch = _batches[i];
            if (batch.IsNumbered && batch.MayBeWritten)
            {
                batch.State = BatchState.Done;
                failed.Add(batch);
            }

            (batch.ProducerId, batch.ProducerEpoch, batch.BaseSequence) = (-1, -1, QueuedBatch.NoSequence);
        }

        _batches.RemoveAll(batch => batch.State == BatchState.Done);
        _isConfirmed = false;
        _nextSequence = 0;
        if (_epoch == short.MaxValue)
        {
            _isOutOfEpochs = true;
        }
        else
        {
            _epoch++;
        }
    }
}
