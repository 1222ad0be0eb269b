using System.Buffers.Binary;
using System.Net.Sockets;
using ActorBroker.Kafka;
using ActorBroker.Kafka.Frames;

namespace ActorBroker.Cli.Client;

/// <summary>A connection on which one thread sends and then blocks for the answers: no task, and no wake-up of a pool for an answer.
/// What is received stays in one buffer, which grows to the largest frame.</summary>
/// <remarks>One thread. Any other may dispose it, which ends what blocks with a <see cref="ConnectionException"/>.</remarks>
internal sealed class RawConnection : IDisposable
{
    private const int FirstBufferBytes = 64 * ByteSizes.KiB;
    private static readonly TimeSpan PollMax = TimeSpan.FromMilliseconds(100);   // so soon is a disposal seen
    private readonly Socket _socket;
    private readonly BrokerVersions _versions;
    private readonly TimeSpan _timeout;
    private byte[] _buffer = new byte[FirstBufferBytes];
    private int _begin;   // what was received and not yet taken
    private int _end;
    private volatile bool _isDisposed;

    private RawConnection(BrokerAddress broker, BrokerVersions versions, Socket socket, TimeSpan timeout) =>
        (Broker, _versions, _socket, _timeout) = (broker, versions, socket, timeout);

    public BrokerAddress Broker { get; }

    /// <summary>Connects. Versions are those that another connection to this broker agreed on.</summary>
    /// <exception cref="ConnectionException">Nobody listens there.</exception>
    public static RawConnection Open(BrokerAddress broker, BrokerVersions versions, ClientOptions options, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp)
        {
            NoDelay = true,
            SendTimeout = (int)options.RequestTimeout.TotalMilliseconds,
            ReceiveTimeout = (int)options.RequestTimeout.TotalMilliseconds,
        };
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(options.ConnectTimeout);
        using var closing = limit.Token.Register(socket.Dispose);
        try
        {
            socket.Connect(broker.Host, broker.Port);   // an asynchronous one would end the blocking mode of the socket
            return new RawConnection(broker, versions, socket, options.RequestTimeout);
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            socket.Dispose();
            cancellationToken.ThrowIfCancellationRequested();
            throw new ConnectionException(broker, limit.IsCancellationRequested ? $"no connection within {options.ConnectTimeout.TotalSeconds} s" : failure.Message, failure);
        }
    }

    /// <exception cref="CliException">The broker does not serve it.</exception>
    public short VersionOf(ApiKey key) => _versions.Require(key, Broker);

    /// <summary>Sends whole frames.</summary>
    public void Send(ReadOnlySpan<byte> frames)
    {
        try
        {
            while (!frames.IsEmpty) frames = frames[_socket.Send(frames)..];
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            throw Failed(failure);
        }
    }

    /// <summary>Waits until something can be received, or the connection has ended.</summary>
    /// <param name="atMost">Whole milliseconds are waited, at least one, and no more than <see cref="PollMax"/>: call again.</param>
    public bool WaitForAnswer(TimeSpan atMost)
    {
        if (_end > _begin) return true;
        var milliseconds = Math.Clamp(Math.Ceiling(atMost.TotalMilliseconds), 1, PollMax.TotalMilliseconds);
        try
        {
            return _socket.Poll(TimeSpan.FromMilliseconds(milliseconds), SelectMode.SelectRead);
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            throw Failed(failure);
        }
    }

    /// <summary>The next answer, without its length, when all of it is here. Valid until <see cref="Receive"/>.</summary>
    public bool TryTake(out ReadOnlyMemory<byte> frame)
    {
        frame = default;
        switch (FrameReader.Look(_buffer.AsSpan(_begin, _end - _begin), ClientOptions.FrameBytesMax, out var length))
        {
            case FrameOutcome.Frame:
                frame = _buffer.AsMemory(_begin + FrameReader.LengthBytes, length);
                _begin += FrameReader.LengthBytes + length;
                return true;
            case FrameOutcome.Incomplete:
                return false;
            default:
                throw new ConnectionException(Broker, $"its answer claims {length} bytes: is it a Kafka listener?");
        }
    }

    /// <summary>Blocks until an answer is here, and takes it. Valid until the next call.</summary>
    /// <exception cref="ConnectionException">None came.</exception>
    public ReadOnlyMemory<byte> Receive()
    {
        ReadOnlyMemory<byte> frame;
        while (!TryTake(out frame)) ReceiveMore();
        return frame;
    }

    public void Dispose()
    {
        _isDisposed = true;
        _socket.Dispose();
    }

    private void ReceiveMore()
    {
        MakeRoom();
        try
        {
            var count = _socket.Receive(_buffer.AsSpan(_end));
            if (count == 0) throw new ConnectionException(Broker, "it closed the connection");
            _end += count;
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            throw Failed(failure);
        }
    }

    /// <summary>Room for the frame that has begun: bytes move only when they are in its way.</summary>
    private void MakeRoom()
    {
        var waiting = _end - _begin;
        if (waiting == 0) (_begin, _end) = (0, 0);
        var frameBytes = waiting < FrameReader.LengthBytes
            ? FirstBufferBytes / 2
            : FrameReader.LengthBytes + BinaryPrimitives.ReadInt32BigEndian(_buffer.AsSpan(_begin));
        if (_begin + frameBytes <= _buffer.Length && _end < _buffer.Length) return;
        var target = frameBytes <= _buffer.Length ? _buffer : new byte[(int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)frameBytes)];
        Buffer.BlockCopy(_buffer, _begin, target, 0, waiting);
        (_buffer, _begin, _end) = (target, 0, waiting);
    }

    private ConnectionException Failed(Exception failure) => failure switch
    {
        _ when _isDisposed => new ConnectionException(Broker, "the connection was closed", failure),
        SocketException { SocketErrorCode: SocketError.TimedOut or SocketError.WouldBlock } =>
            new ConnectionException(Broker, $"no answer within {_timeout.TotalSeconds} s: raise --timeout, or look at the broker's log", failure),
        _ => new ConnectionException(Broker, failure.Message, failure),
    };
}
