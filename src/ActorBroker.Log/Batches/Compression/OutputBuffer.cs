using System.Buffers;

namespace ActorBroker.Log;

/// <summary>Pooled output of a codec that grows up to a bound. Codecs look back into what they wrote, so it is one piece.</summary>
/// <remarks>Owner: one call of a codec. Ends as a lease (<see cref="ToLease"/>) or is disposed.</remarks>
internal sealed class OutputBuffer : IBufferWriter<byte>, IDisposable
{
    private const int BytesMin = 4 * ByteSizes.KiB;
    private readonly int _bytesMax;
    private byte[] _bytes;

    /// <param name="bytesMax">Bound on what may be written, whatever the input says.</param>
    /// <param name="expectedBytes">A guess at the size, to save growing.</param>
    public OutputBuffer(int bytesMax, int expectedBytes = 0)
    {
        Check.That(bytesMax >= 0);
        _bytesMax = bytesMax;
        _bytes = ArrayPool<byte>.Shared.Rent(Math.Max(BytesMin, Math.Min(expectedBytes, bytesMax)));
    }

    /// <summary>Bytes written.</summary>
    public int Length { get; private set; }

    /// <summary>How much more the bound allows.</summary>
    public int BytesLeft => _bytesMax - Length;

    public Span<byte> Written => _bytes.AsSpan(0, Length);

    /// <summary>Everything from the first byte to the end of the room that <see cref="TryReserve"/> has made.</summary>
    public Span<byte> WrittenAndRoom => _bytes.AsSpan(0, (int)Math.Min(_bytes.Length, (long)_bytesMax));

    /// <summary>Makes room for <paramref name="more"/> bytes behind what is written. False when that is above the bound.</summary>
    public bool TryReserve(int more)
    {
        Check.That(more >= 0);
        if (more <= _bytes.Length - Length && more <= _bytesMax - Length) return true;
        if (more > _bytesMax - Length) return false;
        var wanted = Math.Max((long)Length + more, Math.Min(2L * _bytes.Length, _bytesMax));
        var larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(wanted, Array.MaxLength));
        Written.CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = larger;
        return true;
    }

    /// <summary>Appends bytes; false when that is above the bound.</summary>
    public bool TryWrite(ReadOnlySpan<byte> bytes)
    {
        if (!TryReserve(bytes.Length)) return false;
        bytes.CopyTo(_bytes.AsSpan(Length));
        Length += bytes.Length;
        return true;
    }

    /// <summary>Counts bytes that were put into the room.</summary>
    public void Advance(int count)
    {
        Check.That(count >= 0);
        Check.AtMost(Length + (long)count, Math.Min(_bytes.Length, _bytesMax));
        Length += count;
    }

    /// <summary>Takes back what was written behind <paramref name="length"/>.</summary>
    public void CutTo(int length)
    {
        Check.That(length >= 0);
        Check.AtMost(length, Length);
        Length = length;
    }

    /// <summary>Room for at least <paramref name="sizeHint"/> bytes. For output of our own making, which stays inside the bound.</summary>
    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Check.That(TryReserve(Math.Max(sizeHint, 1)));
        return WrittenAndRoom[Length..];
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Check.That(TryReserve(Math.Max(sizeHint, 1)));
        return _bytes.AsMemory(Length, WrittenAndRoom.Length - Length);
    }

    /// <summary>Passes the bytes on; the buffer is empty afterwards.</summary>
    public BatchLease ToLease()
    {
        var lease = BatchLease.Over(_bytes, Length);
        (_bytes, Length) = ([], 0);
        return lease;
    }

    public void Dispose()
    {
        if (_bytes.Length > 0) ArrayPool<byte>.Shared.Return(_bytes);
        (_bytes, Length) = ([], 0);
    }
}
