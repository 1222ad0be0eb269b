using System.Buffers;

namespace ActorBroker.Log;

/// <summary>A pooled buffer that several hold parts of. It goes back to the pool when the last has let go.</summary>
/// <remarks>Any thread. Who makes it holds it.</remarks>
/// <param name="rented">From <see cref="ArrayPool{T}.Shared"/>.</param>
public class SharedBytes(byte[] rented)
{
    private int _holders = 1;

    /// <summary>All of it; not for use by those who have let go.</summary>
    public byte[] Array { get; } = rented;

    /// <summary>Whether there is more than one holder. For a holder that alone lets others hold it, false is final until it does.</summary>
    public bool IsShared => Volatile.Read(ref _holders) > 1;

    /// <summary>A batch in this buffer, which is one holder more until it is disposed.</summary>
    public BatchLease Lease(int start, int length)
    {
        Check.That(start >= 0 && length >= 0 && length <= Array.Length - start);
        Check.That(Interlocked.Increment(ref _holders) > 1);
        return new BatchLease(this, start, length);
    }

    /// <summary>Lets go, once for each holder.</summary>
    public void Release()
    {
        var left = Interlocked.Decrement(ref _holders);
        Check.That(left >= 0);
        if (left == 0)
        {
            ArrayPool<byte>.Shared.Return(Array);
            OnReturned();
        }
    }

    /// <summary>Called once, by whoever has let go last.</summary>
    protected virtual void OnReturned()
    {
    }
}
