using ActorBroker.Cli.Client;

namespace ActorBroker.Cli.Bench;

/// <summary>Keeps requests on their way on one connection: as many as may be and are due leave together, then it blocks for the
/// answers, which come in order.</summary>
/// <param name="inFlight">How many may be on their way.</param>
/// <param name="times">Takes the time of each request, from its sending to its answer; with acks 0 to the end of sending.</param>
/// <remarks>One thread. It allocates nothing for a request.</remarks>
internal abstract class RequestLane(RawConnection connection, TimeProvider clock, Workload load, int inFlight, LatencyHistogram times)
{
    private readonly (long Sent, int Records)[] _requests = new (long, int)[inFlight];
    private int _share;   // records that were taken from the load and wait until they are due
    private TimeSpan _due;
    private bool _hasWaited;
    private bool _isOver;
    private long _staged;
    private long _sent;
    private long _answered;

    public long Requests => _answered;

    public long Records { get; private set; }

    protected RawConnection Connection { get; } = connection;

    /// <summary>False with acks 0.</summary>
    protected abstract bool HasAnswers { get; }

    /// <summary>In each request but the last.</summary>
    protected abstract int RecordsPerRequest { get; }

    /// <summary>Sends until the load is used up, and waits for the last answer.</summary>
    public void Run(CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            SendWhatIsDue();
            if (_isOver && _answered == _sent) return;
            var mustWait = _share > 0 && _sent - _answered < _requests.Length;
            if (mustWait ? !AnswersBeforeDue() : _answered == _sent) continue;
            TakeAnswers();
        }
    }

    /// <summary>Puts one more request behind those that leave next, or sends it.</summary>
    /// <param name="number">How many were staged before.</param>
    /// <param name="late">Since when it is due, but had to wait for earlier ones.</param>
    protected abstract void Stage(long number, int records, TimeSpan late);

    /// <summary>Sends what is staged.</summary>
    protected abstract void Send();

    /// <summary>Looks at an answer.</summary>
    /// <param name="number">Of its request.</param>
    protected abstract void Look(long number, ReadOnlyMemory<byte> frame);

    private void SendWhatIsDue()
    {
        while (_staged - _answered < _requests.Length && HasShare() && (_due == TimeSpan.Zero || _due <= load.Elapsed))
        {
            var late = _due == TimeSpan.Zero || _hasWaited ? TimeSpan.Zero : load.Elapsed - _due;
            _requests[_staged % _requests.Length] = (clock.GetTimestamp(), _share);
            Stage(_staged++, _share, late);
            (_share, _hasWaited) = (0, false);
        }

        if (_staged == _sent) return;
        Send();
        _sent = _staged;
        if (HasAnswers) return;
        var now = clock.GetTimestamp();
        while (_answered < _sent) Finish(now);
    }

    private bool HasShare()
    {
        if (_share > 0) return true;
        if (!_isOver) _share = load.Take(RecordsPerRequest, out _due);
        _isOver = _share == 0;
        return !_isOver;
    }

    private bool AnswersBeforeDue()
    {
        var pause = _due - load.Elapsed;
        if (pause <= TimeSpan.Zero) return false;
        var isAnswered = Connection.WaitForAnswer(pause);
        _hasWaited = !isAnswered;
        return isAnswered;
    }

    private void TakeAnswers()
    {
        var frame = Connection.Receive();
        var now = clock.GetTimestamp();
        do
        {
            if (_answered == _sent) throw new ConnectionException(Connection.Broker, "it answers what was not asked");
            Look(_answered, frame);
            Finish(now);
        }
        while (Connection.TryTake(out frame));
    }

    private void Finish(long now)
    {
        var (sent, records) = _requests[_answered++ % _requests.Length];
        Records += records;
        times.Add(clock.GetElapsedTime(sent, now));
    }
}
