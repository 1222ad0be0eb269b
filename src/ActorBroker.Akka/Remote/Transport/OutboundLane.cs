using System.Collections.Concurrent;
using System.Diagnostics;
using Akka.Remote.Wire;

namespace Akka.Remote.Transport;

/// <summary>Messages on their way to one system over one connection, in order. Any thread may post; one at a time drains.</summary>
/// <remarks>When nothing was sent for a moment the poster itself writes, which saves waking another thread; in a burst a thread of the
/// pool writes what has gathered, many frames with one system call.</remarks>
internal sealed class OutboundLane : IThreadPoolWorkItem, IDisposable
{
    /// <summary>A lane that was quiet for so long is written to by the poster.</summary>
    private static readonly long QuietTicks = Stopwatch.Frequency / 1_000_000 * 25;

    /// <summary>What a poster writes for others before it hands over.</summary>
    private const int InlineFramesMax = 16;

    /// <summary>What a thread of the pool writes before it lets others go first; a large payload counts as many frames.</summary>
    private const int PooledFramesMax = 4096;

    private const int FramesOfLarge = 512;

    private readonly Association _association;
    private readonly RemoteSettings _settings;
    private readonly FrameEncoder _encoder;
    private readonly ConcurrentQueue<Outgoing> _queue = new();
    private RemoteConnection? _connection;
    private TaskCompletionSource? _room;
    private long _lastWrite;
    private int _count;
    private int _isDraining;

    public OutboundLane(Association association, Remoting remoting)
    {
        _association = association;
        _settings = remoting.Settings;
        _encoder = new FrameEncoder(remoting.System, remoting.Transport);
    }

    public RemoteConnection? Connection => Volatile.Read(ref _connection);

    public bool IsEmpty => _queue.IsEmpty && Volatile.Read(ref _isDraining) == 0;

    /// <summary>Queues a message. False: there is no room, and none has come in time.</summary>
    public bool TryPost(in Outgoing outgoing)
    {
        var isOrdinary = outgoing is { Recipient: not null, Sequence: EnvelopeFrame.NoSequence };
        if (Interlocked.Increment(ref _count) > _settings.OutboundQueueCapacity && isOrdinary && !WaitForRoom())
        {
            Interlocked.Decrement(ref _count);
            return false;
        }

        _queue.Enqueue(outgoing);
        Wake(isPoster: true);
        return true;
    }

    /// <summary>From now on this connection carries the messages; null: none does.</summary>
    public void Attach(RemoteConnection? connection)
    {
        Volatile.Write(ref _connection, connection);
        Wake(isPoster: false);
    }

    /// <summary>Takes what waits, for the dead letters.</summary>
    public List<Outgoing> TakeAll()
    {
        var all = new List<Outgoing>();
        while (_queue.TryDequeue(out var one))
        {
            Taken();
            all.Add(one);
        }

        return all;
    }

    void IThreadPoolWorkItem.Execute() => Drain(PooledFramesMax);

    public void Dispose()
    {
        // The buffer goes back only when nobody writes from it.
        if (Interlocked.CompareExchange(ref _isDraining, 1, 0) == 0)
        {
            _encoder.Dispose();
        }
    }

    private void Wake(bool isPoster)
    {
        if (Volatile.Read(ref _connection) is null)
        {
            if (!_queue.IsEmpty)
            {
                _association.NeedsConnection();
            }

            return;
        }

        if (Volatile.Read(ref _isDraining) != 0 || Interlocked.CompareExchange(ref _isDraining, 1, 0) != 0)
        {
            return;
        }

        if (isPoster && Stopwatch.GetTimestamp() - Volatile.Read(ref _lastWrite) > QuietTicks)
        {
            Drain(InlineFramesMax);
        }
        else
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    /// <summary>Writes as long as there is something to write and the connection takes it at once.</summary>
    private void Drain(int framesMax)
    {
        try
        {
            while (true)
            {
                var connection = Volatile.Read(ref _connection);
                if (connection is null)
                {
                    _encoder.Clear();
                }

                var frames = connection is null ? 0 : Fill(connection, Math.Min(framesMax, 4096));
                if (frames == 0 && _encoder.Length == 0)
                {
                    if (Rest())
                    {
                        return;
                    }

                    continue;
                }

                frames += _encoder.Large.IsEmpty ? 0 : FramesOfLarge;
                var writing = WriteAsync(connection!);
                if (!writing.IsCompletedSuccessfully)
                {
                    _ = DrainLaterAsync(writing);
                    return;
                }

                framesMax -= frames;
                if (framesMax <= 0)
                {
                    ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
                    return;
                }
            }
        }
        catch (Exception broken)
        {
            Fail(broken);
        }
    }

    private async Task DrainLaterAsync(ValueTask writing)
    {
        try
        {
            await writing.ConfigureAwait(false);
        }
        catch (Exception broken)
        {
            Fail(broken);
            return;
        }

        Drain(PooledFramesMax);
    }

    /// <summary>The connection is broken, whatever it said. What was in the buffer is lost, as messages between systems may be.</summary>
    private void Fail(Exception broken)
    {
        var connection = Interlocked.Exchange(ref _connection, null);
        _encoder.Clear();
        if (!_encoder.Large.IsEmpty)
        {
            _encoder.EndLarge();
            _encoder.Clear();
        }

        connection?.Close(broken);
        Volatile.Write(ref _isDraining, 0);
        Wake(isPoster: false);
    }

    /// <summary>Gives up draining; false when something came in that moment.</summary>
    private bool Rest()
    {
        _encoder.Rest();
        Volatile.Write(ref _lastWrite, Stopwatch.GetTimestamp());
        Interlocked.Exchange(ref _isDraining, 0);
        if (_queue.IsEmpty)
        {
            return true;
        }

        if (Volatile.Read(ref _connection) is null)
        {
            _association.NeedsConnection();
            return true;
        }

        return Interlocked.CompareExchange(ref _isDraining, 1, 0) != 0;
    }

    private int Fill(RemoteConnection connection, int framesMax)
    {
        var frames = 0;
        while (frames < framesMax && !_encoder.IsFull && _queue.TryDequeue(out var outgoing))
        {
            Taken();
            frames++;
            if (outgoing.Recipient is null)
            {
                _encoder.Add((byte[])outgoing.Message);
            }
            else
            {
                Encode(connection, outgoing);
            }
        }

        return frames;
    }

    private void Encode(RemoteConnection connection, in Outgoing outgoing)
    {
        try
        {
            if (!_encoder.TryAdd(outgoing, connection.FrameBytesMax, out var bytes))
            {
                _association.Oversized(outgoing, bytes, connection.FrameBytesMax);
            }
        }
        catch (Exception unserializable)
        {
            _association.Unserializable(outgoing, unserializable);
        }
    }

    private ValueTask WriteAsync(RemoteConnection connection)
    {
        if (!_encoder.Large.IsEmpty)
        {
            return WriteLargeAsync(connection);
        }

        var writing = connection.WriteAsync(_encoder.Bytes, default);
        if (writing.IsCompletedSuccessfully)
        {
            _encoder.Clear();
            connection.IsInFrame = false;
            return writing;
        }

        return ThenClearAsync(connection, writing);
    }

    private async ValueTask ThenClearAsync(RemoteConnection connection, ValueTask writing)
    {
        await writing.ConfigureAwait(false);
        _encoder.Clear();
        connection.IsInFrame = false;
    }

    private async ValueTask WriteLargeAsync(RemoteConnection connection)
    {
        if (connection.HasFaults)
        {
            await connection.WriteAsync(_encoder.JoinLarge(), default).ConfigureAwait(false);
            _encoder.EndLarge();
            _encoder.Clear();
            return;
        }

        // The end of the frame goes out with what comes next, and nothing of others may go between.
        connection.IsInFrame = true;
        await connection.WriteAsync(_encoder.Bytes, _encoder.Large).ConfigureAwait(false);
        _encoder.EndLarge();
    }

    private void Taken()
    {
        if (Interlocked.Decrement(ref _count) == _settings.OutboundQueueCapacity / 2)
        {
            Interlocked.Exchange(ref _room, null)?.TrySetResult();
        }
    }

    /// <summary>Holds up a sender that is faster than the connection, as a bounded mailbox does.</summary>
    private bool WaitForRoom()
    {
        var until = Stopwatch.GetTimestamp() + (long)(_settings.OutboundQueuePushTimeout.TotalSeconds * Stopwatch.Frequency);
        while (Volatile.Read(ref _count) > _settings.OutboundQueueCapacity)
        {
            var left = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), until);
            if (left <= TimeSpan.Zero || _association.IsClosed)
            {
                return false;
            }

            var room = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            room = Interlocked.CompareExchange(ref _room, room, null) ?? room;
            if (Volatile.Read(ref _count) > _settings.OutboundQueueCapacity)
            {
                // Waiting for a task tells the pool that this thread is busy with nothing, so that others do the writing.
                room.Task.Wait(left < TimeSpan.FromMilliseconds(100) ? left : TimeSpan.FromMilliseconds(100));
            }
        }

        return true;
    }
}
