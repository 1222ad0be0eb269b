using System.Buffers;
using System.Buffers.Binary;
using Akka.Remote.Testing;
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
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private PeerFaults? _faults;
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(SmallBuffer);
    private int _start;
    private int _end;
    private int _smallReads;
    private int _bytesSinceYield;
    private InboundDelivery? _delivery;
    private Exception? _cause;
    private int _isClosed;
    private bool _isIntroductionLost;
    private volatile bool _isInFrame;

    public RemoteConnection(Remoting remoting, ByteLink link, string peerName, bool isInbound, PeerFaults? faults)
    {
        _remoting = remoting;
        _link = link;
        PeerName = peerName;
        IsInbound = isInbound;
        _faults = faults;
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

    /// <summary>A frame is written in part: nothing but its rest may follow. Set by the lane that writes it.</summary>
    public bool IsInFrame
    {
        get => _isInFrame;
        set => _isInFrame = value;
    }

    /// <summary>Frames may be dropped and delayed, so each must be written in one call.</summary>
    public bool HasFaults => _faults is not null;

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

    /// <summary>Says who is at this end.</summary>
    public ValueTask IntroduceAsync(Handshake handshake)
    {
        if (_faults is { Send.IsBlackhole: true } faults)
        {
            LoseIntroduction(faults.Send);
            return ValueTask.CompletedTask;
        }

        return WriteAsync(ControlFrames.Encode(ControlCommand.Associate, handshake), default);
    }

    /// <summary>Writes both, one behind the other.</summary>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, ReadOnlyMemory<byte> more)
    {
        LastSentMs = _remoting.NowMs;
        if (_faults is { Send.IsFaulty: true } faults)
        {
            return WriteWithFaultAsync(bytes, faults.Send);
        }

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

    /// <summary>Shows the other side that this one lives. Whatever is being written just now shows as much.</summary>
    public ValueTask BeatAsync()
    {
        if (!_writing.Wait(0))
        {
            return ValueTask.CompletedTask;
        }

        // Asked with the turn to write in hand, so the lane cannot begin a frame in between.
        if (_isInFrame || _faults is { Send.IsBlackhole: true })
        {
            _writing.Release();
            return ValueTask.CompletedTask;
        }

        LastSentMs = _remoting.NowMs;
        return ReleaseAfterAsync(_link.SendAsync(ControlFrames.Heartbeat));
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
                if (_faults is { Receive.IsFaulty: true } faults)
                {
                    await SufferAsync(faults.Receive, isOver: read == 0).ConfigureAwait(false);
                }

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

                if (_faults is not { Receive.IsBlackhole: true })
                {
                    LastReceivedMs = _remoting.NowMs;
                }
            }
        }
        catch (Exception broken)
        {
            if (_faults is { Receive.IsBlackhole: true } faults)
            {
                await SufferAsync(faults.Receive, isOver: true).ConfigureAwait(false);
            }

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
            _closed.TrySetResult();
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

    private async ValueTask WriteWithFaultAsync(ReadOnlyMemory<byte> bytes, LinkFault fault)
    {
        await _writing.WaitAsync().ConfigureAwait(false);
        try
        {
            await HoldUpAsync(fault).ConfigureAwait(false);
            if (!fault.IsBlackhole)
            {
                await _link.SendAsync(bytes).ConfigureAwait(false);
            }
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>What has been read is late. The end of a connection in a blackhole is seen when the blackhole is gone.</summary>
    private async Task SufferAsync(LinkFault fault, bool isOver)
    {
        await HoldUpAsync(fault).ConfigureAwait(false);
        if (isOver)
        {
            await Task.WhenAny(fault.Passing, _closed.Task).ConfigureAwait(false);
        }
    }

    private static Task HoldUpAsync(LinkFault fault) => fault.Delay is var delay && delay > TimeSpan.Zero ? Task.Delay(delay) : Task.CompletedTask;

    /// <summary>One of both sides will never know the other over this connection.</summary>
    private void LoseIntroduction(LinkFault fault)
    {
        _isIntroductionLost = true;
        _ = CloseLaterAsync(fault.Passing);
    }

    private async Task CloseLaterAsync(Task passing)
    {
        await passing.ConfigureAwait(false);
        Close(new RemoteConnectionException("the introduction was lost"));
    }

    /// <summary>Handles the whole frames that are there; false when the connection is over.</summary>
    private bool ReadFrames()
    {
        while (_end - _start >= ControlFrames.LengthBytes)
        {
            if (_isIntroductionLost && _delivery is null)
            {
                _start = _end;
                break;
            }

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

            if (_delivery is not null && _faults is { Receive.IsBlackhole: true })
            {
                _start += ControlFrames.LengthBytes + length;
                continue;
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
                _faults ??= _remoting.Faults?.Of(handshake.Address);
                if (_faults is { Receive.IsBlackhole: true } faults)
                {
                    LoseIntroduction(faults.Receive);
                    return true;
                }

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
