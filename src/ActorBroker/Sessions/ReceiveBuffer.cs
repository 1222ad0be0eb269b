using System.Buffers;
using System.Buffers.Binary;
using ActorBroker.Kafka.Frames;

namespace ActorBroker.Sessions;

/// <summary>Bytes received and not yet used. Grows with what has arrived, never with what a client claims.</summary>
/// <remarks>Owner: the session's actor. While a receive is under way only that writes into <see cref="Free"/>.</remarks>
internal sealed class ReceiveBuffer(int frameBytesMax)
{
    private const int BytesAtRest = 8 * ByteSizes.KiB;
    private const int BytesKept = 256 * ByteSizes.KiB;
    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(BytesAtRest);
    private int _start;
    private int _end;

    /// <summary>Where the next bytes go; never empty after <see cref="MakeRoom"/>.</summary>
    public Memory<byte> Free => _bytes.AsMemory(_end);

    /// <summary>Makes room for more: moves what is left to the front, or takes a larger buffer.</summary>
    public void MakeRoom()
    {
        if (_start == _end)
        {
            _start = _end = 0;
            if (_bytes.Length > BytesKept)
            {
                Exchange(BytesKept);
            }
        }
        else if (_end == _bytes.Length && _start >= _bytes.Length / 2)
        {
            _bytes.AsSpan(_start, _end - _start).CopyTo(_bytes);
            (_start, _end) = (0, _end - _start);
        }
        else if (_end == _bytes.Length)
        {
            Exchange((int)Math.Min(_bytes.Length * 2L, Array.MaxLength));
        }
    }

    /// <summary>So many bytes have been put into <see cref="Free"/>.</summary>
    public void Received(int count)
    {
        _end += count;
        Check.That(_end <= _bytes.Length);
    }

    /// <summary>Grows while a client sends faster than it is read, so that one receive takes more.</summary>
    public void GrowIfFilled(int received)
    {
        if (received == _bytes.Length && _bytes.Length < BytesKept)
        {
            Exchange(_bytes.Length * 2);
        }
    }

    /// <summary>Takes the next whole frame, without its length field. It is valid until <see cref="MakeRoom"/>.</summary>
    public FrameOutcome TryTake(out ReadOnlyMemory<byte> frame)
    {
        frame = default;
        var outcome = FrameReader.Look(_bytes.AsSpan(_start, _end - _start), frameBytesMax, out var length);
        if (outcome == FrameOutcome.Frame)
        {
            frame = _bytes.AsMemory(_start + FrameReader.LengthBytes, length);
            _start += FrameReader.LengthBytes + length;
        }

        return outcome;
    }

    /// <summary>The length field of the frame that could not be taken.</summary>
    public int ClaimedLength => BinaryPrimitives.ReadInt32BigEndian(_bytes.AsSpan(_start));

    /// <summary>Gives the memory back. Not while a receive is under way.</summary>
    public void Release()
    {
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
        _start = _end = 0;
    }

    private void Exchange(int size)
    {
        var other = ArrayPool<byte>.Shared.Rent(size);
        _bytes.AsSpan(_start, _end - _start).CopyTo(other);
        (_start, _end) = (0, _end - _start);
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = other;
    }
}
