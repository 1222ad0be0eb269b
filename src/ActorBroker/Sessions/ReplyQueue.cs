namespace ActorBroker.Sessions;

/// <summary>The requests of one connection in the order they came, which is the order of the answers.</summary>
/// <remarks>Owner: the session's actor. A ring: calls are numbered without gaps, so a call's place is its number.</remarks>
internal sealed class ReplyQueue
{
    private PendingRequest?[] _ring = new PendingRequest?[16];
    private long _first;
    private long _next;

    public int Length => (int)(_next - _first);

    /// <summary>Bytes of the requests that are under way.</summary>
    public long RequestBytes { get; private set; }

    /// <summary>Bytes that the answers of the requests under way have, or may come to have.</summary>
    public long AnswerBytes { get; private set; }

    /// <summary>What the requests under way count for in the node's limit.</summary>
    public long CountedBytes => RequestBytes + ((long)Length * NodeLimits.RequestOverhead);

    /// <summary>Number of the oldest request under way.</summary>
    public long FirstCall => _first;

    /// <summary>Number that the next request must have.</summary>
    public long NextCall => _next;

    /// <summary>What a request counts for in the node's limit.</summary>
    public static long CountedBytesOf(PendingRequest request) => request.FrameBytes + NodeLimits.RequestOverhead;

    public void Add(PendingRequest request)
    {
        Check.That(request.Call == _next);
        if (Length == _ring.Length)
        {
            Grow();
        }

        _ring[_next & (_ring.Length - 1)] = request;
        _next++;
        RequestBytes += request.FrameBytes;
    }

    /// <summary>The request with this number; null when it was answered already.</summary>
    public PendingRequest? Find(long call) => call >= _first && call < _next ? _ring[call & (_ring.Length - 1)] : null;

    /// <summary>Takes the oldest request when its answer is there.</summary>
    public bool TryTakeDone(out PendingRequest request)
    {
        request = null!;
        if (Length == 0 || _ring[_first & (_ring.Length - 1)] is not { IsDone: true } oldest)
        {
            return false;
        }

        _ring[_first & (_ring.Length - 1)] = null;
        _first++;
        RequestBytes -= oldest.FrameBytes;
        AnswerBytes -= oldest.CountedBytes;
        request = oldest;
        return true;
    }

    /// <summary>Counts what a request's answer needs, after it was handled or answered.</summary>
    public void Count(PendingRequest request)
    {
        var bytes = request.IsDone ? request.AnswerBytes : request.ReservedBytes;
        AnswerBytes += bytes - request.CountedBytes;
        request.CountedBytes = bytes;
    }

    /// <summary>Visits all requests, oldest first.</summary>
    public void ForEach(Action<PendingRequest> visit)
    {
        for (var call = _first; call < _next; call++)
        {
            visit(_ring[call & (_ring.Length - 1)]!);
        }
    }

    private void Grow()
    {
        var larger = new PendingRequest?[_ring.Length * 2];
        for (var call = _first; call < _next; call++)
        {
            larger[call & (larger.Length - 1)] = _ring[call & (_ring.Length - 1)];
        }

        _ring = larger;
    }
}
