using System.Runtime.CompilerServices;
using ActorBroker.Kafka;
using ActorBroker.Kafka.Frames;
using ActorBroker.Kafka.Wire;
using ActorBroker.Limits;
using ActorBroker.Log;
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

    /// <summary>A client of which so much comes at a time has probably sent more meanwhile: it is not waited for, but looked at.</summary>
    private const int BulkBytes = 4 * ByteSizes.KiB;

    private readonly IClientConnection _connection;
    private readonly RequestTable _table;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly ReplyQueue _requests = new();
    private readonly SessionClock _clock;
    private readonly LimitTurn _turn;
    private readonly ReceiveBuffer _received;
    private readonly List<PendingRequest> _sending = [];
    private readonly List<ReadOnlyMemory<byte>> _segments = [];
    private readonly Action _onReadable;
    private readonly Action _onSent;
    private ValueTaskAwaiter _waits;
    private ValueTaskAwaiter<bool> _sends;
    private bool _isWaiting;
    private bool _mayHoldMore;
    private bool _isClosed;
    private long _sendingBytes;
    private long _nextTick = long.MaxValue;

    /// <param name="clock">Of this session; who keeps it tells <see cref="SessionCheck"/> when its time has come.</param>
    public ClientSessionActor(IClientConnection connection, NodeServices node, RequestTable table, SessionClock clock)
    {
        _connection = connection;
        _table = table;
        Node = node;
        Reference = Self;
        Replies = new LimitShare(node.Limits.Replies);
        _clock = clock;
        _turn = new LimitTurn(node.Limits.Requests, Self);
        _received = new ReceiveBuffer(node.Settings.RequestBytesMax, node.Limits.Requests, _turn);
        var self = Self;
        _onReadable = () => self.Tell(Readable.Instance, self);
        _onSent = () => self.Tell(Sent.Instance, self);
        Receive<Readable>(_ => OnReadable());
        Receive<Sent>(_ => OnSent());
        Receive<IReply>(OnReply);
        Receive<DeadlineTick>(_ => OnDeadlineTick());
        Receive<RoomFree>(_ => OnRoomFree());
        Receive<SessionCheck>(_ => OnCheck());
    }

    public NodeServices Node { get; }

    public IActorRef Reference { get; }

    /// <summary>The client's address.</summary>
    public string Client => _connection.Client;

    /// <summary>What this connection holds of the node's memory for answers.</summary>
    public LimitShare Replies { get; }

    public ITimerScheduler Timers { get; set; } = null!;

    private bool IsBusy =>
        _requests.Length >= Node.Settings.InFlightRequestsMax
        || _requests.RequestBytes >= Node.Settings.InFlightBytesMax
        || _sendingBytes + _requests.AnswerBytes >= Node.Settings.ReplyBytesMax
        || (_requests.Length + _sending.Count > 0 && Node.Limits.Requests.IsFull)
        || (Replies.Held > 0 && Replies.Limit.IsFull);

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

    /// <summary>A batch of the request that is being handled, without copying it when that pays.</summary>
    public BatchLease Lease(ReadOnlyMemory<byte> batch) => _received.Lease(batch);

    /// <summary>Ends the connection after telling why in one line.</summary>
    public void Close(string why)
    {
        if (!_isClosed)
        {
            if (Node.Limits.Closed.TryPass(out var held))
            {
                _log.Warning("Kafka client {0}: connection closed: {1}{2}", _connection.Client, why, LogGate.More(held));
            }

            Stop();
        }
    }

    protected override void PreStart()
    {
        _clock.Start(Now());
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
        _received.Release();

        // What is being sent is not given back to the pool: the system may still read it.
        Node.Limits.Requests.Give(_requests.CountedBytes + _sending.Sum(ReplyQueue.CountedBytesOf));
        Replies.Close();
    }

    /// <summary>Waits without a part of the buffer that the system writes into: a connection that falls quiet gives it back just so.</summary>
    private void ReceiveMore()
    {
        if (_isWaiting || _isClosed)
        {
            return;
        }

        if (IsBusy)
        {
            _turn.End();    // others need not wait for what this session waits for
            return;
        }

        _isWaiting = true;
        if (_mayHoldMore)
        {
            _onReadable();    // behind what others have told this session meanwhile
            return;
        }

        TellWhenReadable(_connection.WaitAsync());
    }

    private void TellWhenReadable(ValueTask wait)
    {
        _waits = wait.GetAwaiter();
        if (_waits.IsCompleted)
        {
            _onReadable();
        }
        else
        {
            _waits.UnsafeOnCompleted(_onReadable);
        }
    }

    private void OnReadable()
    {
        _isWaiting = false;
        if (!_mayHoldMore)
        {
            _waits.GetResult();
        }

        _mayHoldMore = true;
        if (!_received.MakeRoom())
        {
            _turn.Queue();
            return;
        }

        var room = _received.Free.Length;
        var count = _connection.Receive(_received.Free.Span);
        if (count == ReceiveOutcome.End)
        {
            OnConnectionEnded();
            return;
        }

        _mayHoldMore = count >= Math.Min(room, BulkBytes);
        if (count > 0)
        {
            _clock.Received(Now());
            _received.Received(count);
            ServeReceived();
            _received.GrowIfFilled(count);
        }

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

            if (outcome == FrameOutcome.Incomplete)
            {
                RefuseTooLarge(_received.ClaimedKey, _received.ClaimedLength);
            }
            else
            {
                Close($"a request of {_received.ClaimedLength} bytes; the limit is {Node.Settings.RequestBytesMax} (broker.kafka.request-bytes-max)");
            }

            break;
        }

        SendDone();
    }

    /// <summary>Ends the connection when a request is too large for its kind, if possible before all of it is there.</summary>
    private bool RefuseTooLarge(ApiKey? key, int bytes)
    {
        if (key is not (null or ApiKey.Produce) && bytes > Node.Settings.CommandBytesMax)
        {
            Close($"a {key} request of {bytes} bytes; the limit is {Node.Settings.CommandBytesMax} (broker.kafka.command-bytes-max)");
            return true;
        }

        return false;
    }

    private void Serve(ReadOnlyMemory<byte> frame)
    {
        _clock.Requested();
        var reader = new WireReader(frame);
        if (!RequestHeader.TryRead(ref reader, out var header))
        {
            Close($"a request header that cannot be read ({frame.Length} bytes)");
            return;
        }

        if (RefuseTooLarge(header.Key, frame.Length))
        {
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

        Add(request);
        handler.Handle(request, body);
        CountAnswer(request);
    }

    private void ServeUnknownVersion(PendingRequest request, RequestHandler handler)
    {
        var header = request.Header;
        if (header.Key == ApiKey.ApiVersions)
        {
            Add(request);
            request.ReplyUnsupportedApiVersions(_table);
            CountAnswer(request);
        }
        else
        {
            Close($"{header.Key} v{header.Version}: versions {handler.Min} to {handler.Max} are served");
        }
    }

    private void Add(PendingRequest request)
    {
        _requests.Add(request);
        Node.Limits.Requests.Take(ReplyQueue.CountedBytesOf(request));
    }

    private void OnReply(IReply reply)
    {
        if (_requests.Find(reply.Id.Call) is not { Target: { } target } request)
        {
            ReplyReturns.GiveBack(reply, Replies);
            Continue();    // what it held may be what the session waited for
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

    private void OnRoomFree()
    {
        _clock.Received(Now());     // the time in the queue is not the client's
        ReceiveMore();
    }

    private void OnCheck()
    {
        var verdict = _clock.Check(
            Now(),
            isServing: _requests.Length > 0,
            taken: _sending.Count > 0 ? _connection.BytesTaken : null,
            isUnfinished: _isWaiting && _received.HasBytes,
            holdsBuffer: _isWaiting && _received.HoldsMemory);
        switch (verdict)
        {
            case SessionVerdict.Idle:
                _log.Debug("Kafka client {0}: connection closed: idle", _connection.Client);
                Stop();
                break;
            case SessionVerdict.Unread:
                Close($"nothing of an answer was taken for {Node.Settings.SendTimeout} (broker.kafka.send-timeout)");
                break;
            case SessionVerdict.Unfinished:
                Close($"a request was not complete after {Node.Settings.RequestReceiveTimeout} (broker.kafka.request-receive-timeout)");
                break;
            case SessionVerdict.Quiet:
                _received.Release();
                break;
            default:
                break;
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

    private void TellWhenSent(ValueTask<bool> send)
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
        if (!_sends.GetResult())
        {
            OnConnectionEnded();
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
            Node.Limits.Requests.Give(ReplyQueue.CountedBytesOf(request));
            request.Dispose();
        }

        _sending.Clear();
    }

    private void OnConnectionEnded()
    {
        if (!_isClosed)
        {
            if (_connection.Loss is { } loss)
            {
                _log.Debug("Kafka client {0}: connection lost: {1}", _connection.Client, loss);
            }

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

    private sealed record Readable
    {
        public static readonly Readable Instance = new();
    }

    private sealed record Sent
    {
        public static readonly Sent Instance = new();
    }

    private sealed record DeadlineTick
    {
        public static readonly DeadlineTick Instance = new();
    }
}
