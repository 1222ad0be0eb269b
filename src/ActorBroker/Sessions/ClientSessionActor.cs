using System.Net.Sockets;
using System.Runtime.CompilerServices;
using ActorBroker.Kafka;
using ActorBroker.Kafka.Frames;
using ActorBroker.Kafka.Wire;
using ActorBroker.Sessions.Transport;
using Akka.Actor;
using Akka.Event;

namespace ActorBroker.Sessions;

/// <summary>One Kafka client's connection. Produce path 1/6: reads frames, hands them to their handler, keeps the order of answers.</summary>
/// <remarks>Receives nothing more while too many requests, or too many bytes of requests or answers, are under way: the client
/// is slowed down by its own socket. Bytes that are not the protocol end the connection with one line in the log.</remarks>
internal sealed class ClientSessionActor : ReceiveActor, IWithTimers
{
    private const int SegmentsPerSend = 512;

    private readonly IClientConnection _connection;
    private readonly RequestTable _table;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly ReplyQueue _requests = new();
    private readonly ReceiveBuffer _received;
    private readonly List<PendingRequest> _sending = [];
    private readonly List<ReadOnlyMemory<byte>> _segments = [];
    private readonly Action _onReceived;
    private readonly Action _onSent;
    private ValueTaskAwaiter<int> _receiving;
    private ValueTaskAwaiter _sends;
    private bool _receiveRuns;
    private bool _isClosed;
    private long _sendingBytes;
    private long _nextTick = long.MaxValue;
    private long _lastRequestAt;

    public ClientSessionActor(IClientConnection connection, NodeServices node, RequestTable table)
    {
        _connection = connection;
        _table = table;
        Node = node;
        Reference = Self;
        _received = new ReceiveBuffer(node.Settings.RequestBytesMax);
        var self = Self;
        _onReceived = () => self.Tell(Received.Instance, self);
        _onSent = () => self.Tell(Sent.Instance, self);
        Receive<Received>(_ => OnReceived());
        Receive<Sent>(_ => OnSent());
        Receive<IReply>(OnReply);
        Receive<DeadlineTick>(_ => OnDeadlineTick());
        Receive<IdleTick>(_ => OnIdleTick());
    }

    public NodeServices Node { get; }

    public IActorRef Reference { get; }

    /// <summary>The client's address.</summary>
    public string Client => _connection.Client;

    public ITimerScheduler Timers { get; set; } = null!;

    private bool IsBusy =>
        _requests.Length >= Node.Settings.InFlightRequestsMax
        || _requests.RequestBytes >= Node.Settings.InFlightBytesMax
        || _sendingBytes + _requests.AnswerBytes >= Node.Settings.ReplyBytesMax;

    /// <summary>A clock reading that far in the future, for <see cref="PendingRequest.Deadline"/>.</summary>
    public long DeadlineIn(TimeSpan timeout)
    {
        var deadline = Now() + (long)Math.Max(1, Math.Ceiling(timeout.TotalMilliseconds));
        if (deadline < _nextTick)
        {
            _nextTick = deadline;
            Timers.StartSingleTimer(DeadlineTick.Instance, DeadlineTick.Instance, timeout > TimeSpan.Zero ? timeout : TimeSpan.FromMilliseconds(1));
        }

        return deadline;
    }

    /// <summary>Ends the connection after telling why in one line.</summary>
    public void Close(string why)
    {
        if (!_isClosed)
        {
            _log.Warning("Kafka client {0}: connection closed: {1}", _connection.Client, why);
            Stop();
        }
    }

    protected override void PreStart()
    {
        _lastRequestAt = Now();
        Timers.StartPeriodicTimer(IdleTick.Instance, IdleTick.Instance, Node.Settings.IdleTimeout / 2);
        ReceiveMore();
    }

    protected override void PostStop()
    {
        _isClosed = true;
        _connection.Dispose();
        _requests.ForEach(request =>
        {
            request.Target?.OnAbandoned();
            request.Dispose();
        });
        foreach (var request in _sending)
        {
            request.Dispose();
        }

        if (!_receiveRuns)
        {
            _received.Release();
        }
    }

    private void ReceiveMore()
    {
        if (_receiveRuns || _isClosed || IsBusy)
        {
            return;
        }

        _received.MakeRoom();
        _receiveRuns = true;
        TellWhenReceived(_connection.ReceiveAsync(_received.Free));
    }

    private void TellWhenReceived(ValueTask<int> receive)
    {
        _receiving = receive.GetAwaiter();
        if (_receiving.IsCompleted)
        {
            _onReceived();
        }
        else
        {
            _receiving.UnsafeOnCompleted(_onReceived);
        }
    }

    private void OnReceived()
    {
        _receiveRuns = false;
        int count;
        try
        {
            count = _receiving.GetResult();
        }
        catch (Exception cause) when (cause is SocketException or IOException or ObjectDisposedException or OperationCanceledException)
        {
            OnConnectionFailed(cause);
            return;
        }

        if (count == 0)
        {
            Stop();
            return;
        }

        _received.Received(count);
        ServeReceived();
        _received.GrowIfFilled(count);
        ReceiveMore();
    }

    private void ServeReceived()
    {
        while (!_isClosed && !IsBusy)
        {
            var outcome = _received.TryTake(out var frame);
            if (outcome == FrameOutcome.Frame)
            {
                Serve(frame);
                continue;
            }

            if (outcome != FrameOutcome.Incomplete)
            {
                Close($"a request of {_received.ClaimedLength} bytes; the limit is {Node.Settings.RequestBytesMax} (broker.kafka.request-bytes-max)");
            }

            break;
        }

        SendDone();
    }

    private void Serve(ReadOnlyMemory<byte> frame)
    {
        _lastRequestAt = Now();
        var reader = new WireReader(frame);
        if (!RequestHeader.TryRead(ref reader, out var header))
        {
            Close($"a request header that cannot be read ({frame.Length} bytes)");
            return;
        }

        var request = new PendingRequest(this, header, _requests.NextCall, frame.Length);
        if (_table.Find(header.Key) is not { } handler)
        {
            Close($"request {(short)header.Key} is not served here");
            return;
        }

        if (header.Version < handler.Min || header.Version > handler.Max)
        {
            ServeUnknownVersion(request, handler);
            return;
        }

        var body = RequestDecoder.Decode(header, ref reader);
        if (body is null || reader.Error != WireError.None)
        {
            Close($"a {header.Key} v{header.Version} request that cannot be read: {reader.Error}");
            return;
        }

        _requests.Add(request);
        handler.Handle(request, body);
        CountAnswer(request);
    }

    private void ServeUnknownVersion(PendingRequest request, RequestHandler handler)
    {
        var header = request.Header;
        if (header.Key == ApiKey.ApiVersions)
        {
            _requests.Add(request);
            request.ReplyUnsupportedApiVersions(_table);
            CountAnswer(request);
        }
        else
        {
            Close($"{header.Key} v{header.Version}: versions {handler.Min} to {handler.Max} are served");
        }
    }

    private void OnReply(IReply reply)
    {
        if (_requests.Find(reply.Id.Call) is not { Target: { } target } request)
        {
            ReplyReturns.GiveBack(reply);
            return;
        }

        target.OnReply(reply);
        CountAnswer(request);
        Continue();
    }

    private void OnDeadlineTick()
    {
        var now = Now();
        _nextTick = long.MaxValue;
        var next = long.MaxValue;
        _requests.ForEach(request =>
        {
            if (request.Deadline <= now)
            {
                request.Target?.OnTimeout();
                CountAnswer(request);
            }

            next = Math.Min(next, request.Deadline);
        });
        if (next < _nextTick)
        {
            _nextTick = next;
            Timers.StartSingleTimer(DeadlineTick.Instance, DeadlineTick.Instance, TimeSpan.FromMilliseconds(Math.Max(1, next - now)));
        }

        Continue();
    }

    private void OnIdleTick()
    {
        if (_requests.Length == 0 && Now() - _lastRequestAt >= Node.Settings.IdleTimeout.TotalMilliseconds)
        {
            _log.Debug("Kafka client {0}: connection closed: idle", _connection.Client);
            Stop();
        }
    }

    private void CountAnswer(PendingRequest request)
    {
        if (request.Call >= _requests.FirstCall)
        {
            _requests.Count(request);
        }
    }

    /// <summary>After answers: send them, then serve what was held back.</summary>
    private void Continue()
    {
        SendDone();
        ServeReceived();
        ReceiveMore();
    }

    private void SendDone()
    {
        if (_isClosed || _sending.Count > 0)
        {
            return;
        }

        _segments.Clear();
        while (_segments.Count < SegmentsPerSend && _requests.TryTakeDone(out var request))
        {
            _sending.Add(request);
            _sendingBytes += request.AnswerBytes;
            if (request.Answer is { } answer)
            {
                _segments.AddRange(answer.Segments);
            }
        }

        if (_segments.Count == 0)
        {
            ReleaseSent();
            return;
        }

        TellWhenSent(_connection.SendAsync(_segments));
    }

    private void TellWhenSent(ValueTask send)
    {
        _sends = send.GetAwaiter();
        if (_sends.IsCompleted)
        {
            _onSent();
        }
        else
        {
            _sends.UnsafeOnCompleted(_onSent);
        }
    }

    private void OnSent()
    {
        try
        {
            _sends.GetResult();
        }
        catch (Exception cause) when (cause is SocketException or IOException or ObjectDisposedException or OperationCanceledException)
        {
            OnConnectionFailed(cause);
            return;
        }

        ReleaseSent();
        Continue();
    }

    private void ReleaseSent()
    {
        foreach (var request in _sending)
        {
            _sendingBytes -= request.AnswerBytes;
            request.Dispose();
        }

        _sending.Clear();
    }

    private void OnConnectionFailed(Exception cause)
    {
        if (!_isClosed)
        {
            _log.Debug("Kafka client {0}: connection lost: {1}", _connection.Client, cause.Message);
            Stop();
        }
    }

    private void Stop()
    {
        _isClosed = true;
        _connection.Dispose();
        Context.Stop(Self);
    }

    /// <summary>Milliseconds of the node's clock.</summary>
    private long Now() => (long)Node.Clock.GetElapsedTime(0, Node.Clock.GetTimestamp()).TotalMilliseconds;

    private sealed record Received
    {
        public static readonly Received Instance = new();
    }

    private sealed record Sent
    {
        public static readonly Sent Instance = new();
    }

    private sealed record DeadlineTick
    {
        public static readonly DeadlineTick Instance = new();
    }

    private sealed record IdleTick
    {
        public static readonly IdleTick Instance = new();
    }
}
