namespace Akka.Remote.Transport;

/// <summary>System messages that the other side has not acknowledged. Thread-safe.</summary>
/// <remarks>Numbered from 0 in each life of the other system. <paramref name="post"/> is called under the lock, so that numbers go out in order.</remarks>
internal sealed class SystemOutbox(int capacity, Action<Outgoing> post, Func<long> nowMs)
{
    private readonly Lock _lock = new();
    private readonly Queue<Outgoing> _unacknowledged = new();
    private ulong _next;
    private long _oldestMs;
    private long _lastSentMs;

    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _unacknowledged.Count;
            }
        }
    }

    /// <summary>Numbers and posts a message. False: too many wait.</summary>
    public bool TrySend(object message, RemoteActorRef recipient)
    {
        lock (_lock)
        {
            if (_unacknowledged.Count >= capacity)
            {
                return false;
            }

            if (_unacknowledged.Count == 0)
            {
                _oldestMs = nowMs();
            }

            _lastSentMs = nowMs();
            var outgoing = new Outgoing(message, null, recipient, _next++);
            _unacknowledged.Enqueue(outgoing);
            post(outgoing);
            return true;
        }
    }

    public void Acknowledge(ulong cumulative, List<ulong> missing)
    {
        lock (_lock)
        {
            // The other side says "none yet" as −1.
            if (cumulative != ulong.MaxValue)
            {
                while (_unacknowledged.TryPeek(out var oldest) && oldest.Sequence <= cumulative)
                {
                    _unacknowledged.Dequeue();
                    _oldestMs = nowMs();
                }
            }

            if (missing.Count > 0)
            {
                SendAgain();
            }
        }
    }

    /// <summary>Sends all again, after a reconnection or when the acknowledgement does not come.</summary>
    public void Resend()
    {
        lock (_lock)
        {
            SendAgain();
        }
    }

    /// <summary>Has the last sending gone unanswered for so long?</summary>
    public bool IsDue(TimeSpan interval)
    {
        lock (_lock)
        {
            return _unacknowledged.Count > 0 && nowMs() - _lastSentMs >= interval.TotalMilliseconds;
        }
    }

    /// <summary>Has one waited for so long?</summary>
    public bool IsHopeless(TimeSpan limit)
    {
        lock (_lock)
        {
            return _unacknowledged.Count > 0 && nowMs() - _oldestMs >= limit.TotalMilliseconds;
        }
    }

    /// <summary>The other system is a new one: nothing that was meant for its predecessor is for it.</summary>
    public List<Outgoing> Restart()
    {
        lock (_lock)
        {
            var dropped = _unacknowledged.ToList();
            _unacknowledged.Clear();
            _next = 0;
            return dropped;
        }
    }

    private void SendAgain()
    {
        _lastSentMs = nowMs();
        foreach (var outgoing in _unacknowledged)
        {
            post(outgoing);
        }
    }
}

/// <summary>Which system messages of the other side were taken: each once, in order. Thread-safe.</summary>
internal sealed class SystemInbox
{
    private readonly Lock _lock = new();
    private ulong _next;

    /// <summary>Null before the first one.</summary>
    public ulong? LastTaken
    {
        get
        {
            lock (_lock)
            {
                return _next == 0 ? null : _next - 1;
            }
        }
    }

    /// <summary>True when it is the next one. After a gap nothing is taken: the sender sends again what is not acknowledged.</summary>
    public bool TryTake(ulong sequence)
    {
        lock (_lock)
        {
            if (sequence != _next)
            {
                return false;
            }

            _next++;
            return true;
        }
    }

    public void Restart()
    {
        lock (_lock)
        {
            _next = 0;
        }
    }
}
