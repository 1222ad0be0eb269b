namespace ActorBroker.Raft;

/// <summary>What a leader knows of one follower or learner, and how much it has sent ahead.</summary>
internal sealed class FollowerProgress(ReplicaId id, long next, long now)
{
    private readonly Queue<(long EndOffset, int Bytes)> _inFlight = new();
    private long _bytesInFlight;
    private long _readId = -1;

    public ReplicaId Id { get; } = id;

    public ProgressState State { get; private set; } = ProgressState.Probe;

    /// <summary>Durable there, and the same, before here.</summary>
    public long MatchEnd { get; private set; }

    /// <summary>What it gets next.</summary>
    public long Next { get; private set; } = next;

    /// <summary>The leader's tick when it was heard last.</summary>
    public long HeardAt { get; private set; } = now;

    /// <summary>The leader's tick when the latest request was sent that it answered.</summary>
    public long AnsweredAt { get; private set; } = -1;

    /// <summary>The caller reads for it.</summary>
    public bool IsReading => _readId >= 0;

    /// <summary>Where the present read begins.</summary>
    public long ReadFrom { get; private set; }

    public void Heard(long now, long sentAt)
    {
        Check.AtMost(sentAt, now);
        (HeardAt, AnsweredAt) = (now, Math.Max(AnsweredAt, sentAt));
    }

    public bool HasRoom(RaftOptions options) =>
        !IsReading && _inFlight.Count < options.AppendsInFlightMax && _bytesInFlight < options.BytesInFlightMax;

    public void Acknowledged(long end)
    {
        MatchEnd = Math.Max(MatchEnd, end);
        Next = Math.Max(Next, MatchEnd);
        while (_inFlight.TryPeek(out var append) && append.EndOffset <= MatchEnd)
        {
            _bytesInFlight -= append.Bytes;
            _inFlight.Dequeue();
        }

        Check.That(_bytesInFlight >= 0);
    }

    /// <param name="readId">Told again by <see cref="EndRead"/>. An offset would not do: what was read for an earlier leadership may be
    /// other records by now.</param>
    public void BeginRead(long readId)
    {
        Check.That(State == ProgressState.Replicate);
        Check.That(!IsReading);
        (_readId, ReadFrom) = (readId, Next);
    }

    public bool IsReadingAs(long readId) => IsReading && readId == _readId;

    public void EndRead()
    {
        Check.That(IsReading);
        _readId = -1;
    }

    public void Sent(long end, int bytes)
    {
        Check.That(State == ProgressState.Replicate);
        Check.That(end > Next && bytes >= 0);
        Next = end;
        _bytesInFlight += bytes;
        _inFlight.Enqueue((end, bytes));
    }

    public void Probe(long next)
    {
        Check.That(next >= MatchEnd);
        Become(ProgressState.Probe, next);
    }

    public void Replicate(long next) => Become(ProgressState.Replicate, next);

    public void Install(long start) => Become(ProgressState.Install, start);

    private void Become(ProgressState state, long next)
    {
        (State, Next, _readId, _bytesInFlight) = (state, next, -1, 0);
        _inFlight.Clear();
    }
}
