using System.Buffers;
using System.Buffers.Binary;
using Akka.Remote.Wire;

namespace Akka.Remote.Transport;

/// <summary>One connection to another system: reads its frames, writes what lanes give it.</summary>
/// <remarks>Until the other side has introduced itself only a small first frame is taken. Memory for a frame grows with the bytes that
/// have really come, not with what the length promises.</remarks>
internal sealed class RemoteConnection : IDisposable
{
    private const int SmallBuffer = 16 * 1024;
    private const int UsualBuffer = 256 * 1024;

    /// <summary>A busy connection lets others go first after so many bytes.</summary>
    private const int YieldBytes = 512 * 1024;

    /// <summary>After so many reads that needed no large buffer it is given back.</summary>
    private const int ReadsUntilShrink = 64;

    private readonly Remoting _remoting;
    private readonly ByteLink _link;
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly TaskCompletionSource<Handshake> _introduced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(SmallBuffer);
    private int _start;
    private int _end;
    private int _smallReads;
    private int _bytesSinceYield;
    private InboundDelivery? _delivery;
    private Exception? _cause;
    private int _isClosed;

    public RemoteConnection(Remoting remoting, ByteLink link, string peerName, bool isInbound)
    {
        _remoting = remoting;
        _link = link;
        PeerName = peerName;
        IsInbound = isInbound;
        LastReceivedMs = remoting.NowMs;
    }

    /// <summary>Address and port of the socket's other end.</summary>
    public string PeerName { get; }

    public bool IsInbound { get; }

    public bool IsClosed => Volatile.Read(ref _isClosed) != 0;

    /// <summary>Carries only messages to user actors.</summary>
    public bool IsOrdinary { get; private set; }

    public int FrameBytesMax { get; private set; } = ControlFrames.HandshakeBytesMax;

    /// <summary>The system at the other end; null before it has introduced itself.</summary>
    public Association? Association { get; private set; }

    public long LastReceivedMs { get; private set; }

    public long LastSentMs { get; private set; }

    /// <summary>Whoever is at the other end, when it has said so.</summary>
    public Task<Handshake> Introduced => _introduced.Task;

    public Task Ended => _ended.Task;

    /// <summary>The other end is known: from now on its messages are delivered.</summary>
    public void Establish(Association association, bool isOrdinary)
    {
        Association = association;
        IsOrdinary = isOrdinary;
        FrameBytesMax = isOrdinary ? Math.Max(_remoting.Settings.OrdinaryFrameBytesMax, _remoting.Settings.FrameBytesMax) : _remoting.Settings.FrameBytesMax;
        _delivery = new InboundDelivery(_remoting, association);
    }

    /// <summary>Writes both, one behind the other.</summary>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, ReadOnlyMemory<byte> more)
    {
        LastSentMs = _remoting.NowMs;
        if (_writing.Wait(0))
        {
            var sending = more.IsEmpty ? _link.SendAsync(bytes) : SendBothAsync(bytes, more);
            if (sending.IsCompletedSuccessfully)
            {
                _writing.Release();
                return sending;
            }

            return ReleaseAfterAsync(sending);
        }

        return WaitAndWriteAsync(bytes, more);
    }

    /// <summary>Reads until the connection ends, for whatever reason. Never fails.</summary>
    public async Task RunAsync()
    {
        try
        {
            while (ReadFrames())
            {
                MakeRoom();
                var read = await _link.ReceiveAsync(_buffer.AsMemory(_end)).ConfigureAwait(false);
                if (read == 0)
                {
                    Close(null);
                    break;
                }

                _end += read;
                if (_delivery is not null && (_bytesSinceYield += read) >= YieldBytes)
                {
                    // A connection that always has something must not keep a thread of the pool from the others.
                    _bytesSinceYield = 0;
                    await Task.Yield();
                }

                LastReceivedMs = _remoting.NowMs;
            }
        }
        catch (Exception broken)
        {
            Close(broken);
        }

        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        _introduced.TrySetException(_cause ?? new RemoteConnectionException($"{PeerName} closed the connection before it had introduced itself"));
        _ = _introduced.Task.Exception;   // seen: not everybody waits for the introduction
        _ended.TrySetResult();
        _remoting.OnEnded(this, _cause);
    }

    /// <summary>Ends the connection; what it was doing fails. Any thread, any number of times.</summary>
    /// <param name="cause">Null: an orderly end.</param>
    public void Close(Exception? cause)
    {
        if (Interlocked.Exchange(ref _isClosed, 1) == 0)
        {
            _cause = cause;
            _link.Dispose();
        }
    }

    /// <summary>After the last words: the other side reads them to the end, and closes.</summary>
    public void EndSending() => _link.EndSending();

    public void Dispose() => Close(null);

    private async ValueTask SendBothAsync(ReadOnlyMemory<byte> bytes, ReadOnlyMemory<byte> more)
    {
        await _link.SendAsync(bytes).ConfigureAwait(false);
        await _link.SendAsync(more).ConfigureAwait(false);
    }

    private async ValueTask ReleaseAfterAsync(ValueTask sending)
    {
        try
        {
            await sending.ConfigureAwait(false);
        }
        finally
        {
            _writing.Release();
        }
    }

    private async ValueTask WaitAndWriteAsync(ReadOnlyMemory<byte> bytes, ReadOnlyMemory<byte> more)
    {
        await _writing.WaitAsync().ConfigureAwait(false);
        await ReleaseAfterAsync(more.IsEmpty ? _link.SendAsync(bytes) : SendBothAsync(bytes, more)).ConfigureAwait(false);
    }

    /// <summary>Handles the whole frames that are there; false when the connection is over.</summary>
    private bool ReadFrames()
    {
        while (_end - _start >= ControlFrames.LengthBytes)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(_buffer.AsSpan(_start));
            if (length < 0 || length > FrameBytesMax)
            {
                throw new RemoteConnectionException(Association is null
                    ? $"a first frame of {(uint)length} bytes; an introduction has at most {FrameBytesMax}: this is no Akka system"
                    : $"a frame of {(uint)length} bytes; the limit is {FrameBytesMax} (akka.remote.dot-netty.tcp.maximum-frame-size)");
            }

            if (_end - _start - ControlFrames.LengthBytes < length)
            {
                break;
            }

            if (!HandleFrame(_buffer.AsSpan(_start + ControlFrames.LengthBytes, length)))
            {
                return false;
            }

            _start += ControlFrames.LengthBytes + length;
        }

        _delivery?.EndOfChunk();
        return !IsClosed;
    }

    private bool HandleFrame(ReadOnlySpan<byte> frame)
    {
        var fields = new ProtoSpan(frame);
        while (fields.Next())
        {
            switch (fields.Field)
            {
                case 1 when fields.IsBytes && _delivery is not null:
                    if (!EnvelopeFrame.TryRead(fields.Bytes, out var envelope))
                    {
                        throw new RemoteConnectionException($"a frame of {frame.Length} bytes that is not an Akka message");
                    }

                    _delivery.Deliver(envelope);
                    break;
                case 2 when fields.IsBytes:
                    if (!ControlFrames.TryRead(fields.Bytes, out var control))
                    {
                        throw new RemoteConnectionException("a control frame that is not Akka's");
                    }

                    if (!HandleControl(control))
                    {
                        return false;
                    }

                    break;
                default:
                    throw new RemoteConnectionException(_delivery is null ? "a message before the introduction" : "a frame that is not Akka's");
            }
        }

        return fields.IsBroken ? throw new RemoteConnectionException($"a frame of {frame.Length} bytes that is not protobuf") : true;
    }

    private bool HandleControl(ControlFrame control)
    {
        switch (control.Command)
        {
            case ControlCommand.Associate when control.Handshake is { } handshake && !_introduced.Task.IsCompleted:
                // Messages may follow at once, so the answer to "who is it" cannot wait for another thread.
                _remoting.OnIntroduced(this, handshake);
                _introduced.TrySetResult(handshake);
                return !IsClosed;
            case ControlCommand.Heartbeat:
                return true;
            case ControlCommand.Disassociate or ControlCommand.DisassociateShuttingDown:
                Close(null);
                return false;
            case ControlCommand.DisassociateQuarantined:
                _remoting.OnQuarantinedByPeer(this);
                Close(null);
                return false;
            default:
                throw new RemoteConnectionException($"an unexpected {control.Command}");
        }
    }

    /// <summary>Room for more bytes: at the front when there is enough, else in a larger buffer.</summary>
    private void MakeRoom()
    {
        if (_start == _end)
        {
            _start = _end = 0;
            ShrinkIfIdle();
        }

        var isBusy = _end == _buffer.Length && _start == 0;
        if (_end < _buffer.Length && _start < _buffer.Length / 2)
        {
            return;
        }

        var rest = _buffer.AsSpan(_start, _end - _start);
        if (rest.Length > _buffer.Length / 2 || (isBusy && _buffer.Length < UsualBuffer))
        {
            var larger = ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
            rest.CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }
        else
        {
            rest.CopyTo(_buffer);
        }

        _end -= _start;
        _start = 0;
    }

    private void ShrinkIfIdle()
    {
        _smallReads = _buffer.Length > UsualBuffer ? _smallReads + 1 : 0;
        if (_smallReads >= ReadsUntilShrink)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = ArrayPool<byte>.Shared.Rent(SmallBuffer);
            _smallReads = 0;
        }
    }
}

/// <summary>The other side of a connection does not follow the protocol, or is gone.</summary>
internal sealed class RemoteConnectionException(string message, Exception? inner = null) : Exception(message, inner);
