namespace Akka.TestKit.Internal;

/// <summary>What a test actor received and the test has not yet taken. One test takes, any thread puts.</summary>
internal sealed class MessageQueue
{
    private readonly Lock _changing = new();
    private readonly Queue<MessageEnvelope> _waiting = new();
    private readonly SemaphoreSlim _count = new(0);

    public bool IsEmpty
    {
        get
        {
            lock (_changing)
            {
                return _waiting.Count == 0;
            }
        }
    }

    public void Put(MessageEnvelope envelope)
    {
        lock (_changing)
        {
            _waiting.Enqueue(envelope);
        }

        _count.Release();
    }

    /// <summary>The next message, or null when none comes in time.</summary>
    /// <param name="waiting">Blocking never gives up the thread, so its task is complete when it returns.</param>
    /// <param name="max">Negative: without limit.</param>
    /// <param name="cancellation">Ends the wait with an exception.</param>
    public async Task<MessageEnvelope?> Take(Waiting waiting, TimeSpan max, CancellationToken cancellation)
    {
        if (!await WaitForOne(waiting, max, cancellation).ConfigureAwait(false))
        {
            return null;
        }

        lock (_changing)
        {
            return _waiting.Dequeue();
        }
    }

    /// <summary>As <see cref="Take"/>, and leaves the message where it is.</summary>
    public async Task<MessageEnvelope?> Peek(Waiting waiting, TimeSpan max, CancellationToken cancellation)
    {
        if (!await WaitForOne(waiting, max, cancellation).ConfigureAwait(false))
        {
            return null;
        }

        lock (_changing)
        {
            _count.Release();
            return _waiting.Peek();
        }
    }

    private Task<bool> WaitForOne(Waiting waiting, TimeSpan max, CancellationToken cancellation)
    {
        var limit = max < TimeSpan.Zero ? Timeout.InfiniteTimeSpan : max;
        return waiting == Waiting.Blocking
            ? Task.FromResult(_count.Wait(limit, cancellation))
            : _count.WaitAsync(limit, cancellation);
    }
}
