using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using ActorBroker.Kafka;
using ActorBroker.Kafka.Frames;
using ActorBroker.Kafka.Messages;
using ActorBroker.Kafka.Wire;

namespace ActorBroker.Cli.Client;

/// <summary>One connection to a broker. Requests may follow each other without waiting; answers come in their order.</summary>
/// <remarks>Any thread. After the first error every request fails: make a new connection.</remarks>
internal sealed class KafkaConnection : IAsyncDisposable
{
    private const int CopyBytesMax = 64 * ByteSizes.KiB;   // below this, one copy is cheaper than a gathered send
    private readonly Socket _socket;
    private readonly ClientOptions _options;
    private readonly SemaphoreSlim _writing = new(1);
    private readonly ConcurrentQueue<PendingReply> _pending = new();
    private ConnectionException? _failure;
    private Task _reading = Task.CompletedTask;
    private int _lastCorrelationId;

    private KafkaConnection(BrokerAddress broker, Socket socket, ClientOptions options)
    {
        Broker = broker;
        _socket = socket;
        _options = options;
    }

    public BrokerAddress Broker { get; }

    public BrokerVersions Versions { get; private set; } = new();

    /// <summary>How long the broker took to tell its versions.</summary>
    public TimeSpan AgreedIn { get; private set; }

    public bool IsUsable => Volatile.Read(ref _failure) is null;

    /// <summary>Connects and agrees on versions.</summary>
    /// <exception cref="ConnectionException">Nobody listens there, or who listens does not speak the protocol.</exception>
    public static async Task<KafkaConnection> OpenAsync(BrokerAddress broker, ClientOptions options, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        var connection = new KafkaConnection(broker, socket, options);
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(options.ConnectTimeout);
            await socket.ConnectAsync(broker.Host, broker.Port, limit.Token);
            connection._reading = connection.ReadAsync();
            var connected = options.Clock.GetTimestamp();
            await connection.AgreeAsync(cancellationToken);
            connection.AgreedIn = options.Clock.GetElapsedTime(connected);
            return connection;
        }
        catch (Exception failure)
        {
            await connection.DisposeAsync();
            cancellationToken.ThrowIfCancellationRequested();
            throw failure switch
            {
                ConnectionException => failure,
                OperationCanceledException => new ConnectionException(broker, $"no connection within {options.ConnectTimeout.TotalSeconds} s", failure),
                SocketException { SocketErrorCode: SocketError.ConnectionRefused } => new ConnectionException(broker, "connection refused", failure),
                _ => new ConnectionException(broker, failure.Message, failure),
            };
        }
    }

    /// <summary>Sends a request and waits for its answer, which the caller disposes.</summary>
    /// <exception cref="ConnectionException">No answer came.</exception>
    /// <exception cref="CliException">The broker does not serve this API.</exception>
    public async Task<Reply> ExchangeAsync(IRequest request, CancellationToken cancellationToken, TimeSpan? extraTime = null)
    {
        var pending = await SendAsync(request, hasReply: true, cancellationToken);
        var timeout = _options.RequestTimeout + (extraTime ?? TimeSpan.Zero);
        try
        {
            return await pending!.Task.WaitAsync(timeout, _options.Clock, cancellationToken);
        }
        catch (TimeoutException cause)
        {
            var failure = new ConnectionException(Broker, $"no answer to {request.Api} within {timeout.TotalSeconds} s: raise --timeout, or look at the broker's log", cause);
            Fail(failure);
            throw failure;
        }
    }

    /// <summary>As <see cref="ExchangeAsync"/>, for answers that may be kept.</summary>
    public async Task<T> AskAsync<T>(IRequest request, CancellationToken cancellationToken)
        where T : IResponse =>
        (T)(await ExchangeAsync(request, cancellationToken)).Body;

    /// <summary>Sends a request that gets no answer: Produce with acks 0.</summary>
    public async Task TellAsync(IRequest request, CancellationToken cancellationToken) => await SendAsync(request, hasReply: false, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        Fail(new ConnectionException(Broker, "the connection was closed"));
        await _reading;
        _writing.Dispose();
    }

    private async Task AgreeAsync(CancellationToken cancellationToken)
    {
        Versions = BrokerVersions.From(new ApiVersionsResponse { ApiKeys = [new() { ApiKey = (short)ApiKey.ApiVersions, MinVersion = 0, MaxVersion = 3 }] });
        var request = new ApiVersionsRequest { ClientSoftwareName = ClientOptions.ClientId, ClientSoftwareVersion = "1.0" };
        var response = await AskAsync<ApiVersionsResponse>(request, cancellationToken);
        if ((ErrorCode)response.ErrorCode == ErrorCode.UnsupportedVersion)
        {
            Versions = BrokerVersions.From(new ApiVersionsResponse { ApiKeys = [new() { ApiKey = (short)ApiKey.ApiVersions, MinVersion = 0, MaxVersion = 0 }] });
            response = await AskAsync<ApiVersionsResponse>(request, cancellationToken);
        }

        if (response.ErrorCode != 0) throw new KafkaErrorException((ErrorCode)response.ErrorCode, $"broker {Broker} refuses this client");
        Versions = BrokerVersions.From(response);
    }

    private async Task<PendingReply?> SendAsync(IRequest request, bool hasReply, CancellationToken cancellationToken)
    {
        var version = Versions.Require(request.Api, Broker);
        await _writing.WaitAsync(cancellationToken);
        try
        {
            if (Volatile.Read(ref _failure) is { } earlier) throw new ConnectionException(Broker, earlier.Reason, earlier);
            var correlationId = ++_lastCorrelationId;
            var pending = hasReply ? new PendingReply(request.Api, version, correlationId) : null;
            using var writer = new WireWriter();
            RequestEncoder.Encode(writer, version, correlationId, ClientOptions.ClientId, request);
            if (pending is not null) _pending.Enqueue(pending);
            await WriteAsync(writer);
            return pending;
        }
        catch (Exception cause) when (cause is SocketException or ObjectDisposedException)
        {
            var failure = new ConnectionException(Broker, cause.Message, cause);
            Fail(failure);
            throw failure;
        }
        finally
        {
            _writing.Release();
        }
    }

    // A request that has begun is sent to its end, whatever is cancelled: half a frame would spoil the connection.
    private async Task WriteAsync(WireWriter writer)
    {
        if (writer.Length <= CopyBytesMax)
        {
            var frame = ArrayPool<byte>.Shared.Rent(writer.Length);
            var at = 0;
            foreach (var segment in writer.Segments)
            {
                segment.Span.CopyTo(frame.AsSpan(at));
                at += segment.Length;
            }

            await _socket.SendAsync(new ArraySegment<byte>(frame, 0, at));
            ArrayPool<byte>.Shared.Return(frame);
            return;
        }

        var segments = new List<ArraySegment<byte>>(writer.Segments.Count);
        foreach (var segment in writer.Segments)
        {
            Check.That(MemoryMarshal.TryGetArray(segment, out var array));
            segments.Add(array);
        }

        await _socket.SendAsync(segments);
    }

    private async Task ReadAsync()
    {
        var head = new byte[FrameReader.LengthBytes];
        try
        {
            while (true)
            {
                await ReceiveAsync(head);
                var length = BinaryPrimitives.ReadInt32BigEndian(head);
                if (length is < sizeof(int) or > ClientOptions.FrameBytesMax) throw new IOException($"its answer claims {length} bytes: is it a Kafka listener?");
                var frame = ArrayPool<byte>.Shared.Rent(length);
                await ReceiveAsync(frame.AsMemory(0, length));
                if (!_pending.TryDequeue(out var pending)) throw new IOException("it answers what was not asked");
                if (pending.Complete(frame, length) is not { } wrong) continue;
                pending.Fail(new ConnectionException(Broker, wrong));
                throw new IOException(wrong);
            }
        }
        catch (Exception cause) when (cause is SocketException or IOException or ObjectDisposedException)
        {
            Fail(new ConnectionException(Broker, cause is EndOfStreamException ? "it closed the connection" : cause.Message, cause));
        }
    }

    private async Task ReceiveAsync(Memory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var count = await _socket.ReceiveAsync(bytes);
            if (count == 0) throw new EndOfStreamException();
            bytes = bytes[count..];
        }
    }

    private void Fail(ConnectionException failure)
    {
        Interlocked.CompareExchange(ref _failure, failure, null);
        _socket.Dispose();
        while (_pending.TryDequeue(out var pending))
        {
            pending.Fail(new ConnectionException(Broker, _failure.Reason, _failure));
        }
    }
}
