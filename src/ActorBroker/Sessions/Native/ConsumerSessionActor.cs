using ActorBroker.Limits;
using ActorBroker.Log;
using ActorBroker.Messages;
using ActorBroker.Messages.Sessions;
using ActorBroker.Partitions;
using ActorBroker.Sessions.Handlers;
using Akka.Actor;
using Akka.Event;

namespace ActorBroker.Sessions.Native;

/// <summary>One native consumer: sends it the partitions that it opened streams for, as far as each stream's credit goes.</summary>
/// <remarks>Lives as long as its client. Holds no data: a batch is read when there is credit for it, and sent at once.</remarks>
internal sealed class ConsumerSessionActor : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan PauseWhenOverloaded = TimeSpan.FromMilliseconds(100);
    private readonly NodeServices _node;
    private readonly IActorRef _client;
    private readonly OpenConsumer _request;
    private readonly int _bytesMax;
    private readonly LimitShare _memory;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Dictionary<int, ConsumerStream> _streams = [];
    private readonly Dictionary<IActorRef, int> _watched = [];
    private long _calls;
    private bool _isTickSet;

    /// <param name="client">Who asked for the session.</param>
    public ConsumerSessionActor(NodeServices node, IActorRef client, OpenConsumer request)
    {
        _node = node;
        _client = client;
        _request = request;
        _memory = new LimitShare(node.Limits.Replies);
        _bytesMax = client is IActorRefScope { IsLocal: true } ? int.MaxValue : node.Sessions.MessageBytesMax;
        Receive<OpenStream>(OnOpenStream);
        Receive<GrantCredit>(OnGrantCredit);
        Receive<CloseStream>(OnCloseStream);
        Receive<Fetched>(OnFetched);
        Receive<FetchParked>(OnFetchParked);
        Receive<FetchRefused>(OnFetchRefused);
        Receive<RetryTick>(OnRetryTick);
        Receive<TimeoutTick>(_ => OnTimeoutTick());
        Receive<CloseSession>(_ => Context.Stop(Self));
        Receive<NodeStopping>(_ => Close(SessionError.ShuttingDown, $"node {_node.Node} is stopping"));
        Receive<Terminated>(OnTerminated);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        Context.Watch(_client);
        var version = Math.Min(_request.ProtocolVersion, SessionProtocol.Version);
        _client.Tell(new ConsumerOpened(version, _node.Sessions.StreamsMax, _node.Sessions.ConsumerCreditBytesMax));
        _log.Debug("Consumer {0} at {1}: session open", _request.ClientId, _client.Path);
    }

    protected override void PostStop()
    {
        foreach (var stream in _streams.Values)
        {
            TakeBack(stream);
        }

        _memory.Close();
    }

    private void OnOpenStream(OpenStream command)
    {
        if (_streams.ContainsKey(command.Stream))
        {
            Close(SessionError.InvalidRequest, $"stream {command.Stream} is open already");
        }
        else if (WrongCredit(0, command.CreditBytes) is { } wrong)
        {
            Close(SessionError.CreditExceeded, $"stream {command.Stream}: {wrong}");
        }
        else if (_streams.Count >= _node.Sessions.StreamsMax)
        {
            End(command.Stream, SessionError.Overloaded, $"{_streams.Count} streams are open, the limit (broker.sessions.streams-max)");
        }
        else if (_node.Partitions.Find(command.Partition) is not { ServesReaders: true } route)
        {
            End(command.Stream, MissingRoute.Gap(_node, command.Partition).ToSessionError(), command.Partition.ToString());
        }
        else
        {
            var stream = new ConsumerStream(
                command.Stream, command.Partition, route.TopicId, route.Actor, command.From, command.CurrentEpoch, command.CreditBytes);
            _streams.Add(stream.Number, stream);
            WatchPartition(stream.Actor);
            Ask(stream);
        }
    }

    private void OnGrantCredit(GrantCredit command)
    {
        if (!_streams.TryGetValue(command.Stream, out var stream))
        {
            return;    // it ended meanwhile
        }

        if (WrongCredit(stream.Credit, command.Bytes) is { } wrong)
        {
            Close(SessionError.CreditExceeded, $"stream {command.Stream}: {wrong}");
            return;
        }

        stream.Grant(command.Bytes);
        Ask(stream);
    }

    private string? WrongCredit(long present, int more) =>
        more < 0 ? $"a credit of {more} bytes; it is 0 at least"
        : present + more > _node.Sessions.ConsumerCreditBytesMax
            ? $"a credit of {present + more} bytes; the limit is {_node.Sessions.ConsumerCreditBytesMax} (broker.sessions.consumer-credit-bytes-max)"
        : null;

    private void OnCloseStream(CloseStream command)
    {
        if (_streams.TryGetValue(command.Stream, out var stream))
        {
            Remove(stream);
            TakeBack(stream);
        }
    }

    private void Ask(ConsumerStream stream)
    {
        if (!stream.MayAsk)
        {
            return;
        }

        var id = new RequestId(_calls++, stream.Number);
        stream.Asked(id, _node.Now() + _node.Sessions.RequestTimeout);
        var bytes = (int)Math.Min(stream.Credit, Math.Min(_node.Sessions.FetchBytesMax, _bytesMax));
        stream.Actor.Tell(new Fetch(id, stream.Next, bytes, BytesMin: 1, stream.Epoch) { Memory = _memory });
        SetTick();
    }

    private void OnFetched(Fetched reply)
    {
        using var batches = reply.Batches;
        _memory.Give(reply.BytesTaken);    // copied below
        if (Find(reply.Id) is not { } stream)
        {
            return;    // the stream was closed meanwhile
        }

        if (batches?.Length > _bytesMax)
        {
            // The network would drop it without a word.
            Remove(stream);
            End(stream.Number, SessionError.BatchTooLarge,
                $"{stream.Partition}: a batch of {batches.Length} bytes at offset {stream.Next}; the limit is {_bytesMax} (broker.sessions.message-bytes-max)");
            return;
        }

        stream.Answered(batches?.Length ?? 0, reply.Next);
        if (batches is not null)
        {
            // Copied out of the pool: the message is written to the wire later, by somebody else.
            _client.Tell(new BatchesRead(stream.Number, reply.HighWatermark, reply.LogStart, BatchesRead.CopyOf(batches.Bytes.Span)));
        }

        Ask(stream);
    }

    private void OnFetchParked(FetchParked reply) => Find(reply.Id)?.Parked();

    private void OnFetchRefused(FetchRefused reply)
    {
        if (Find(reply.Id) is not { } stream)
        {
            return;
        }

        if (reply.Error == FetchError.Overloaded)
        {
            stream.Paused();
            Timers.StartSingleTimer(stream.Number, new RetryTick(stream.Number), PauseWhenOverloaded);
            return;
        }

        Remove(stream);
        var error = reply.Error == FetchError.NotLeader ? WhyGone(stream) : reply.Error.ToSessionError();
        var message = reply.Error == FetchError.OffsetOutOfRange
            ? $"{stream.Partition}: offset {stream.Next} is not in {reply.LogStart}..{reply.HighWatermark}"
            : $"{stream.Partition}: {reply.Error}";
        _client.Tell(new StreamEnded(stream.Number, error, reply.HighWatermark, reply.LogStart, message));
    }

    private void OnRetryTick(RetryTick tick)
    {
        if (_streams.TryGetValue(tick.Stream, out var stream) && stream.State == StreamState.Paused)
        {
            stream.Resumed();
            Ask(stream);
        }
    }

    /// <summary>Ends streams whose fetch was neither answered nor parked: their partition failed while it had the fetch in its hands.</summary>
    private void OnTimeoutTick()
    {
        _isTickSet = false;
        var now = _node.Now();
        foreach (var stream in _streams.Values.Where(stream => stream.State == StreamState.Asked && stream.Deadline <= now).ToArray())
        {
            Remove(stream);
            TakeBack(stream);
            End(stream.Number, WhyGone(stream), $"{stream.Partition} did not answer in time (broker.sessions.request-timeout)");
        }

        SetTick();
    }

    private void SetTick()
    {
        if (!_isTickSet && _streams.Count > 0)
        {
            _isTickSet = true;
            Timers.StartSingleTimer(TimeoutTick.Instance, TimeoutTick.Instance, _node.Sessions.TimeoutCheckInterval);
        }
    }

    private void OnTerminated(Terminated terminated)
    {
        if (terminated.ActorRef.Equals(_client))
        {
            Context.Stop(Self);
            return;
        }

        foreach (var stream in _streams.Values.Where(stream => stream.Actor.Equals(terminated.ActorRef)).ToArray())
        {
            _streams.Remove(stream.Number);
            End(stream.Number, WhyGone(stream), $"{stream.Partition} is not served here any more");
        }

        _watched.Remove(terminated.ActorRef);
    }

    /// <summary>Why a partition that was here does not lead any more.</summary>
    private SessionError WhyGone(ConsumerStream stream) =>
        _node.Metadata.Current.Topic(stream.TopicId) is null ? SessionError.UnknownTopicOrPartition
        : _node.Partitions.Find(stream.Partition) is { Fenced: not null } ? SessionError.StorageFailed
        : SessionError.NotLeader;

    private ConsumerStream? Find(RequestId id) =>
        _streams.TryGetValue(id.Part, out var stream) && stream.IsFetching && stream.Fetch == id ? stream : null;

    private void End(int stream, SessionError error, string message) =>
        _client.Tell(new StreamEnded(stream, error, Offset.None, Offset.None, message));

    private void Remove(ConsumerStream stream)
    {
        _streams.Remove(stream.Number);
        UnwatchPartition(stream.Actor);
    }

    private void TakeBack(ConsumerStream stream)
    {
        if (stream.IsFetching)
        {
            stream.Actor.Tell(new AbandonFetch(stream.Fetch), Self);
        }
    }

    private void WatchPartition(IActorRef actor)
    {
        var streams = _watched.GetValueOrDefault(actor);
        _watched[actor] = streams + 1;
        if (streams == 0)
        {
            Context.Watch(actor);
        }
    }

    private void UnwatchPartition(IActorRef actor)
    {
        var streams = _watched[actor] - 1;
        if (streams > 0)
        {
            _watched[actor] = streams;
            return;
        }

        _watched.Remove(actor);
        Context.Unwatch(actor);
    }

    private void Close(SessionError reason, string message)
    {
        if (reason != SessionError.ShuttingDown)
        {
            _log.Warning("Consumer {0} at {1}: session closed: {2}", _request.ClientId, _client.Path, message);
        }

        _client.Tell(new CloseSession(reason, message));
        Context.Stop(Self);
    }

    private sealed record RetryTick(int Stream);

    private sealed record TimeoutTick
    {
        public static readonly TimeoutTick Instance = new();
    }
}
