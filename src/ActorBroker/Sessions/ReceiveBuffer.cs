using System.Buffers;
using System.Buffers.Binary;
using ActorBroker.Kafka;
using ActorBroker.Kafka.Frames;
using ActorBroker.Limits;

namespace ActorBroker.Sessions;

/// <summary>Bytes received and not yet used. Grows with what has arrived, never with what a client claims.</summary>
/// <remarks>Owner: the session's actor. While a receive is under way only that writes into <see cref="Free"/>. Its memory counts against the node's
/// limit; up to <see cref="BytesAlways"/> it is taken whether there is room or not, so that small requests are served however much others send.</remarks>
internal sealed class ReceiveBuffer(int frameBytesMax, SharedLimit total, LimitTurn turn)
{
    private const int BytesAtRest = 4 * ByteSizes.KiB;
    private const int BytesAlways = 16 * ByteSizes.KiB;
    private const int BytesKept = 256 * ByteSizes.KiB;
    private byte[] _bytes = [];
    private int _start;
    private int _end;

    /// <summary>Where the next bytes go; never empty after <see cref="MakeRoom"/>.</summary>
    public Memory<byte> Free => _bytes.AsMemory(_end);

    /// <summary>Whether it holds memory.</summary>
    public bool HoldsMemory => _bytes.Length > 0;

    /// <summary>Whether bytes have come that were not taken.</summary>
    public bool HasBytes => _start < _end;

    /// <summary>Makes room for more: moves what is left to the front, or takes a larger buffer.</summary>
    /// <returns>False when the node has no memory for it now: the session must wait for its turn.</returns>
    public bool MakeRoom()
    {
        if (_start == _end)
        {
            _start = _end = 0;
            turn.End();
            if (_bytes.Length > BytesKept || (_bytes.Length > BytesAlways && total.IsFull))
            {
                Drop(intoPool: true);
                return (!total.IsFull && Exchange(BytesKept)) || Exchange(BytesAtRest);
            }

            return _bytes.Length > 0 || Exchange(BytesAtRest);
        }

        if (_end < _bytes.Length)
        {
            return true;
        }

        if (_start >= _bytes.Length / 2)
        {
            _bytes.AsSpan(_start, _end - _start).CopyTo(_bytes);
            (_start, _end) = (0, _end - _start);
            return true;
        }

        return Exchange((int)Math.Min(_bytes.Length * 2L, Array.MaxLength));
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
        if (received > 0 && received == _bytes.Length && _bytes.Length < BytesKept)
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
            turn.End();     // what is behind it waits like that of others
        }

        return outcome;
    }

    /// <summary>The length field of the frame that could not be taken; 0 while it is not there.</summary>
    public int ClaimedLength => _end - _start < FrameReader.LengthBytes ? 0 : BinaryPrimitives.ReadInt32BigEndian(_bytes.AsSpan(_start));

    /// <summary>What the frame that could not be taken asks for; null while that is not there.</summary>
    public ApiKey? ClaimedKey =>
        _end - _start < FrameReader.LengthBytes + sizeof(short) ? null : (ApiKey)BinaryPrimitives.ReadInt16BigEndian(_bytes.AsSpan(_start + FrameReader.LengthBytes));

    /// <summary>Gives the memory back until <see cref="MakeRoom"/>. Not while a receive is under way.</summary>
    public void Release()
    {
        Drop(intoPool: true);
        turn.End();
    }

    /// <summary>As <see cref="Release"/>, while a receive is under way that may still write: nobody else may have that memory.</summary>
    public void Abandon()
    {
        Drop(intoPool: false);
        turn.End();
    }

    private void Drop(bool intoPool)
    {
        total.Give(_bytes.Length);
        if (intoPool && _bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
        }

        _bytes = [];
        _start = _end = 0;
    }

    private bool Exchange(int size)
    {
        if (size <= BytesAlways)
        {
            total.Take(size);
        }
        else if (!total.TryTake(size, turn))
        {
            return false;
        }

        var other = ArrayPool<byte>.Shared.Rent(size);
        total.Take(other.Length - size);
        var (start, length) = (_start, _end - _start);
        _bytes.AsSpan(start, length).CopyTo(other);
        Drop(intoPool: true);
        (_bytes, _end) = (other, length);
        return true;
    }
}
