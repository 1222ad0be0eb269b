using ActorBroker.Controller;
using ActorBroker.Log;
using ActorBroker.Messages;
using ActorBroker.Messages.Sessions;
using ActorBroker.Partitions;
using ActorBroker.Sessions.Handlers;
using Akka.Actor;
using Akka.Event;

namespace ActorBroker.Sessions.Native;

/// <summary>Produce path 2/6, native. One producer: checks its batches and sends each to its partition; every batch gets one answer.</summary>
/// <remarks>Lives as long as its client. Holds at most the credit's worth of batches.</remarks>
internal sealed class ProducerSessionActor : ReceiveActor, IWithTimers
{
    private readonly NodeServices _node;
    private readonly IActorRef _client;
    private readonly OpenProducer _request;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Dictionary<long, Pending> _pending = [];
    private long _pendingBytes;
    private long _calls;
    private bool _isTickSet;
    private (SessionError Error, string Message)? _closing;

    /// <param name="client">Who asked for the session.</param>
    public ProducerSessionActor(NodeServices node, IActorRef client, OpenProducer request)
    {
        _node = node;
        _client = client;
        _request = request;
        Opening();
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        Context.Watch(_client);
        if (!_request.IsIdempotent)
        {
            Open(-1, -1);
        }
        else if (_request.ProducerId >= 0)
        {
            Open(_request.ProducerId, _request.ProducerEpoch);
        }
        else
        {
            _node.Metadata.Controller.Tell(new ReserveProducerId(new RequestId(_calls++, 0)));
            Timers.StartSingleTimer(OpenTick.Instance, OpenTick.Instance, _node.Sessions.RequestTimeout);
        }
    }

    private void Opening()
    {
        Receive<ProducerIdReserved>(reserved => Open(reserved.ProducerId, 0));
        Receive<ControllerRefused>(refused => RefuseToOpen(refused.Error.ToSessionError(), refused.Message));
        Receive<OpenTick>(_ => RefuseToOpen(SessionError.TimedOut, "no producer id was reserved in time (broker.sessions.request-timeout)"));
        Receive<NodeStopping>(_ => RefuseToOpen(SessionError.ShuttingDown, $"node {_node.Node} is stopping"));
        Receive<Terminated>(_ => Context.Stop(Self));
    }

    private void Open(long producerId, short epoch)
    {
        Timers.Cancel(OpenTick.Instance);
        Become(Serving);
        var version = Math.Min(_request.ProtocolVersion, SessionProtocol.Version);
        _client.Tell(new ProducerOpened(version, producerId, epoch, _node.Sessions.ProducerCreditBytes, _node.Sessions.ProducerCreditBatches));
        _log.Debug("Producer {0} at {1}: session open, producer id {2}", _request.ClientId, _client.Path, producerId);
    }

    private void RefuseToOpen(SessionError error, string message)
    {
        _client.Tell(new RequestRefused(error, message));
        Context.Stop(Self);
    }

    private void Serving()
    {
        Receive<StoreBatch>(OnStoreBatch);
        Receive<Appended>(OnAppended);
        Receive<AppendRefused>(OnAppendRefused);
        Receive<TimeoutTick>(_ => OnTimeoutTick());
        Receive<CloseSession>(_ => CloseWhenAnswered(SessionError.InvalidRequest, "the session was closed by its client"));
        Receive<NodeStopping>(_ => OnNodeStopping());
        Receive<Terminated>(_ => Context.Stop(Self));
        Receive<ProducerIdReserved>(_ => { });
    }

    private void OnStoreBatch(StoreBatch command)
    {
        if (_closing is { } closing)
        {
            Refuse(command.Number, closing.Error, closing.Message);
        }
        else if (CreditError(command.Batch.Length) is { } exceeded)
        {
            _log.Warning("Producer {0} at {1}: session closed: {2}", _request.ClientId, _client.Path, exceeded);
            _client.Tell(new CloseSession(SessionError.CreditExceeded, exceeded));
            Context.Stop(Self);
        }
        else if (Admit(command, out var route, out var message) is var error && error != SessionError.None)
        {
            Refuse(command.Number, error, message);
        }
        else
        {
            Append(command, route!);
        }
    }

    private string? CreditError(int bytes)
    {
        var settings = _node.Sessions;
        return _pending.Count >= settings.ProducerCreditBatches
                ? $"{_pending.Count + 1} batches under way; the limit is {settings.ProducerCreditBatches} (broker.sessions.producer-credit-batches)"
            : _pending.Count > 0 && _pendingBytes + bytes > settings.ProducerCreditBytes
                ? $"{_pendingBytes + bytes} bytes under way; the limit is {settings.ProducerCreditBytes} (broker.sessions.producer-credit-bytes)"
            : null;
    }

    private SessionError Admit(StoreBatch command, out PartitionRoute? route, out string message)
    {
        var partition = command.Partition;
        route = null;
        message = partition.ToString();
        if (command.Acks is not (-1 or 0 or 1))
        {
            message = $"acks {command.Acks}; it can be -1 (all), 0 or 1 (leader)";
            return SessionError.InvalidRequest;
        }

        if (TopicNames.IsInternal(partition.Topic))
        {
            message = $"{partition.Topic} is the broker's own topic";
            return SessionError.InvalidTopicName;
        }

        route = _node.Partitions.Find(partition);
        if (route is not { Fenced: null })
        {
            return MissingRoute.Gap(_node, partition).ToSessionError();
        }

        var error = BatchCheck.Check(command.Batch.Span, route.Settings.BatchBytesMax, out var batch);
        if (error != BatchError.None)
        {
            message = error == BatchError.TooLarge
                ? $"{partition}: a batch of {command.Batch.Length} bytes; the limit is {route.Settings.BatchBytesMax} (max.message.bytes)"
                : $"{partition}: {error}";
            return error.ToSessionError();
        }

        if (batch.IsTransactional)
        {
            message = $"{partition}: a batch of a transaction, and there are no transactions here";
            return SessionError.InvalidBatch;
        }

        return SessionError.None;
    }

    private void Append(StoreBatch command, PartitionRoute route)
    {
        var call = _calls++;
        _pending.Add(call, new Pending(command.Number, command.Partition, command.Batch.Length, _node.Now() + _node.Sessions.RequestTimeout));
        _pendingBytes += command.Batch.Length;
        // Copied, because offsets are stamped in place, and in one process the bytes are the client's own.
        route.Actor.Tell(new Append(new RequestId(call, 0), BatchLease.CopyOf(command.Batch.Span), (Acks)command.Acks));
        SetTick();
    }

    private void OnAppended(Appended reply)
    {
        if (TryTake(reply.Id, out var pending))
        {
            _client.Tell(new BatchStored(pending.Number, reply.BaseOffset, reply.LogAppendTime, reply.LogStart));
            StopIfClosed();
        }
    }

    private void OnAppendRefused(AppendRefused reply)
    {
        if (TryTake(reply.Id, out var pending))
        {
            Refuse(pending.Number, reply.Error.ToSessionError(), pending.Partition.ToString());
            StopIfClosed();
        }
    }

    /// <summary>Gives up batches that were not answered in time. They may be in the log all the same: a resend with the same sequence
    /// number finds out. Ends itself when nothing is left to wait for.</summary>
    private void OnTimeoutTick()
    {
        _isTickSet = false;
        var now = _node.Now();
        foreach (var call in _pending.Where(pending => pending.Value.Deadline <= now).Select(pending => pending.Key).Order().ToArray())
        {
            TryTake(new RequestId(call, 0), out var pending);
            Refuse(pending.Number, SessionError.TimedOut, $"{pending.Partition} did not answer in time (broker.sessions.request-timeout)");
        }

        StopIfClosed();
        SetTick();
    }

    private void SetTick()
    {
        if (!_isTickSet && _pending.Count > 0)
        {
            _isTickSet = true;
            Timers.StartSingleTimer(TimeoutTick.Instance, TimeoutTick.Instance, _node.Sessions.TimeoutCheckInterval);
        }
    }

    private bool TryTake(RequestId id, out Pending pending)
    {
        if (!_pending.Remove(id.Call, out pending))
        {
            return false;
        }

        _pendingBytes -= pending.Bytes;
        Check.That(_pendingBytes >= 0);
        return true;
    }

    private void Refuse(long number, SessionError error, string message) => _client.Tell(new BatchRefused(number, error, message));

    private void OnNodeStopping()
    {
        var message = $"node {_node.Node} is stopping";
        _client.Tell(new CloseSession(SessionError.ShuttingDown, message));
        CloseWhenAnswered(SessionError.ShuttingDown, message);
    }

    /// <summary>No more is taken; what was sent before is still answered. The partitions are there until then.</summary>
    /// <param name="error">Why what comes now is refused.</param>
    private void CloseWhenAnswered(SessionError error, string message)
    {
        _closing = (error, message);
        StopIfClosed();
    }

    private void StopIfClosed()
    {
        if (_closing is not null && _pending.Count == 0)
        {
            Context.Stop(Self);
        }
    }

    /// <summary>A batch that its partition has not answered.</summary>
    private readonly record struct Pending(long Number, TopicPartition Partition, int Bytes, TimeSpan Deadline);

    private sealed record OpenTick
    {
        public static readonly OpenTick Instance = new();
    }

    private sealed record TimeoutTick
    {
        public static readonly TimeoutTick Instance = new();
    }
}
