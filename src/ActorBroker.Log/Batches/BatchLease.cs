using System.Buffers;

namespace ActorBroker.Log;

/// <summary>Pooled bytes of one or more record batches. Whoever holds it last disposes it; a second dispose is harmless.</summary>
/// <remarks>One owner at a time; ownership passes with the message that carries it. Not for use after <see cref="Dispose"/>.</remarks>
public sealed class BatchLease : IDisposable
{
    private readonly SharedBytes? _shared;
    private readonly int _start;
    private readonly int _length;
    private byte[]? _buffer;

    private BatchLease(byte[] buffer, int length) => (_buffer, _length) = (buffer, length);

    internal BatchLease(SharedBytes shared, int start, int length) => (_shared, _buffer, _start, _length) = (shared, shared.Array, start, length);

    /// <summary>Number of valid bytes.</summary>
    public int Length => _length;

    /// <summary>The bytes; writable, because offsets are stamped in place.</summary>
    /// <exception cref="ObjectDisposedException">The lease was given back.</exception>
    public Memory<byte> Bytes => (_buffer ?? throw new ObjectDisposedException(nameof(BatchLease))).AsMemory(_start, _length);

    /// <summary>A pooled copy of <paramref name="batch"/>.</summary>
    public static BatchLease CopyOf(ReadOnlySpan<byte> batch)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(batch.Length);
        batch.CopyTo(buffer);
        return new BatchLease(buffer, batch.Length);
    }

    /// <summary>Takes over a buffer rented from <see cref="ArrayPool{T}.Shared"/>, of which the first <paramref name="length"/> bytes count.</summary>
    public static BatchLease Over(byte[] rented, int length)
    {
        Check.AtMost(length, rented.Length);
        return new BatchLease(rented, length);
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _buffer, null) is not { } buffer)
        {
            return;
        }

        if (_shared is not null)
        {
            _shared.Release();
        }
        else
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
