using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using ActorBroker.Kafka;
using ActorBroker.Kafka.Frames;
using ActorBroker.Limits;
using ActorBroker.Log;

namespace ActorBroker.Sessions;

/// <summary>Bytes received and not yet used. Grows with what has arrived, and at once to what the client has sent before; never with what it claims.</summary>
/// <remarks>Owner: the session's actor. Batches stay where they were received until they are written (<see cref="Lease"/>): then the next bytes go
/// to another buffer.
/// Its memory counts against the node's limit; up to <see cref="BytesAlways"/> it is taken whether there is room or not, so that small requests are
/// served however much others send.</remarks>
internal sealed class ReceiveBuffer(int frameBytesMax, SharedLimit total, LimitTurn turn)
{
    private const int BytesAtRest = 4 * ByteSizes.KiB;
    private const int BytesAlways = 16 * ByteSizes.KiB;
    private const int BytesKept = 256 * ByteSizes.KiB;

    /// <summary>A client that sends large requests gets such a buffer to begin with: the rest follows with the request's first bytes.</summary>
    private const int BytesBeforeLarge = 64 * ByteSizes.KiB;

    /// <summary>No buffer of more is taken before so much, or half of it, has arrived.</summary>
    private const int BytesUsualMax = 2 * ByteSizes.MiB;

    private Memory? _memory;
    private byte[] _bytes = [];
    private int _start;
    private int _end;
    private int _usual = BytesAtRest;

    /// <summary>Where the next bytes go; never empty after <see cref="MakeRoom"/>.</summary>
    public Memory<byte> Free => _bytes.AsMemory(_end);

    /// <summary>Whether it holds memory.</summary>
    public bool HoldsMemory => _memory is not null;

    /// <summary>Whether bytes have come that were not taken.</summary>
    public bool HasBytes => _start < _end;

    /// <summary>Makes room for more: moves what is left to the front, or takes another buffer.</summary>
    /// <returns>False when the node has no memory for it now: the session must wait for its turn.</returns>
    public bool MakeRoom()
    {
        if (!HasBytes)
        {
            return MakeEmpty();
        }

        if (_end < _bytes.Length)
        {
            return true;
        }

        if (_start >= _bytes.Length / 2 && !_memory!.IsShared)
        {
            _bytes.AsSpan(_start, _end - _start).CopyTo(_bytes);
            (_start, _end) = (0, _end - _start);
            return true;
        }

        return Exchange(SizeForMore());
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
            Exchange(HasBytes ? Math.Max(_bytes.Length * 2, SizeForMore()) : _bytes.Length * 2);
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
            turn.End();    // also when the next request has begun: that one waits behind the others
            Learn(FrameReader.LengthBytes + length);
        }

        return outcome;
    }

    /// <summary>A batch in the frame taken last, which stays readable where it is until the lease is disposed, by any thread.</summary>
    public BatchLease Lease(ReadOnlyMemory<byte> batch)
    {
        // A few bytes must not keep a large buffer from others.
        var isFilled = _end >= _bytes.Length / 4;
        return isFilled && MemoryMarshal.TryGetArray(batch, out var part) && part.Array == _bytes
            ? _memory!.Lease(part.Offset, part.Count)
            : BatchLease.CopyOf(batch.Span);
    }

    /// <summary>The length field of the frame that could not be taken; 0 while it is not there.</summary>
    public int ClaimedLength => _end - _start < FrameReader.LengthBytes ? 0 : BinaryPrimitives.ReadInt32BigEndian(_bytes.AsSpan(_start));

    /// <summary>What the frame that could not be taken asks for; null while that is not there.</summary>
    public ApiKey? ClaimedKey =>
        _end - _start < FrameReader.LengthBytes + sizeof(short) ? null : (ApiKey)BinaryPrimitives.ReadInt16BigEndian(_bytes.AsSpan(_start + FrameReader.LengthBytes));

    /// <summary>Gives the memory back until <see cref="MakeRoom"/>.</summary>
    public void Release()
    {
        Drop();
        _usual = BytesAtRest;
        turn.End();
    }

    private bool MakeEmpty()
    {
        _start = _end = 0;
        turn.End();
        var isFull = total.IsFull;
        var wanted = isFull ? BytesAtRest : Math.Max(Math.Min(_usual, BytesBeforeLarge), _bytes.Length <= BytesKept ? _bytes.Length : 0);
        var isTooLarge = _bytes.Length > (isFull ? BytesAlways : BytesKept);
        if (_memory is { IsShared: false } && !isTooLarge && _bytes.Length >= wanted)
        {
            return true;
        }

        Drop();
        return Exchange(wanted) || Exchange(BytesAtRest);
    }

    /// <summary>Bytes for the frame whose begin fills the buffer: all of it when the client has sent such frames before, else twice what came.</summary>
    private int SizeForMore()
    {
        var arrived = _end - _start;
        var whole = FrameReader.LengthBytes + (long)ClaimedLength;
        var size = Math.Min(Math.Max(whole, arrived + 1L), Math.Max(2L * arrived, _usual));
        return (int)Math.Min(Math.Max(size, Math.Min(_bytes.Length, BytesKept)), Array.MaxLength);
    }

    /// <summary>Large frames come again: the next one finds room at once. Small ones make that forgotten, slowly.</summary>
    private void Learn(int frameBytes)
    {
        if (frameBytes > _usual)
        {
            _usual = (int)Math.Min(BitOperations.RoundUpToPowerOf2((uint)frameBytes), BytesUsualMax);
        }
        else if (frameBytes < _usual / 2)
        {
            _usual = Math.Max(BytesAtRest, _usual - (_usual >> 5));
        }
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

        var other = new Memory(ArrayPool<byte>.Shared.Rent(size), total);
        total.Take(other.Array.Length - size);
        var (start, length) = (_start, _end - _start);
        _bytes.AsSpan(start, length).CopyTo(other.Array);
        Drop();
        (_memory, _bytes, _end) = (other, other.Array, length);
        return true;
    }

    private void Drop()
    {
        _memory?.Release();
        Forget();
    }

    private void Forget()
    {
        _memory = null;
        _bytes = [];
        _start = _end = 0;
    }

    /// <summary>Counts against the node's limit until nobody holds a part of it.</summary>
    private sealed class Memory(byte[] rented, SharedLimit total) : SharedBytes(rented)
    {
        protected override void OnReturned() => total.Give(Array.Length);
    }
}
