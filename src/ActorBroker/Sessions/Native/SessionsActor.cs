using ActorBroker.Messages.Sessions;
using Akka.Actor;
using Akka.Event;

namespace ActorBroker.Sessions.Native;

/// <summary>Command: tell every client that the node goes, stop all sessions, then stop. Answered by the actor's termination.</summary>
internal sealed record StopSessions
{
    public static readonly StopSessions Instance = new();
}

/// <summary>Command: tell how many sessions there are. Answered by <see cref="SessionsCounted"/>.</summary>
internal sealed record CountSessions
{
    public static readonly CountSessions Instance = new();
}

/// <summary>Reply: sessions that are open.</summary>
internal sealed record SessionsCounted(int Sessions);

/// <summary>Event, to the sessions: the node stops.</summary>
internal sealed record NodeStopping
{
    public static readonly NodeStopping Instance = new();
}

/// <summary>The native front door of a node: opens a session for each producer and consumer, and hands the other requests on.</summary>
/// <remarks>A session that fails is a bug: it is stopped, its client hears of it by death watch. The others go on.</remarks>
internal sealed class SessionsActor : ReceiveActor
{
    private readonly NodeServices _node;
    private readonly IActorRef _requests;
    private readonly HashSet<IActorRef> _sessions = [];
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private long _opened;
    private bool _isFull;
    private bool _isStopping;

    /// <param name="requests">Takes every request that opens no session.</param>
    public SessionsActor(NodeServices node, IActorRef requests)
    {
        _node = node;
        _requests = requests;
        Receive<OpenProducer>(OnOpenProducer);
        Receive<OpenConsumer>(OnOpenConsumer);
        Receive<ISessionRequest>(OnRequest);
        Receive<CountSessions>(_ => Sender.Tell(new SessionsCounted(_sessions.Count)));
        Receive<StopSessions>(_ => OnStop());
        Receive<Terminated>(OnTerminated);
    }

    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(cause =>
    {
        _log.Error(cause, "A native session failed: {0}", cause.Message);
        return Directive.Stop;
    });

    private void OnOpenProducer(OpenProducer request)
    {
        if (MayOpen(request.ProtocolVersion, request.ClientId))
        {
            var client = Sender;
            Start(Props.Create(() => new ProducerSessionActor(_node, client, request)), "producer");
        }
    }

    private void OnOpenConsumer(OpenConsumer request)
    {
        if (MayOpen(request.ProtocolVersion, request.ClientId))
        {
            var client = Sender;
            Start(Props.Create(() => new ConsumerSessionActor(_node, client, request)), "consumer");
        }
    }

    private bool MayOpen(int version, string clientId)
    {
        if (_isStopping)
        {
            RefuseStopping();
            return false;
        }

        if (version < 1)
        {
            Sender.Tell(new RequestRefused(
                SessionError.UnsupportedVersion, $"protocol version {version} is not spoken; 1 to {SessionProtocol.Version} are"));
            return false;
        }

        if (_sessions.Count < _node.Sessions.SessionsMax)
        {
            _isFull = false;
            return true;
        }

        var message = $"{_sessions.Count} sessions are open, the limit (broker.sessions.sessions-max)";
        if (!_isFull)
        {
            _log.Warning("Client {0} at {1} refused: {2}", clientId, Sender.Path, message);
        }

        _isFull = true;
        Sender.Tell(new RequestRefused(SessionError.Overloaded, message));
        return false;
    }

    private void Start(Props props, string kind)
    {
        var session = Context.ActorOf(props, $"{kind}-{_opened++}");
        Context.Watch(session);
        _sessions.Add(session);
    }

    private void OnRequest(ISessionRequest request)
    {
        if (_isStopping)
        {
            RefuseStopping();
        }
        else
        {
            _requests.Forward(request);
        }
    }

    private void RefuseStopping() => Sender.Tell(new RequestRefused(SessionError.ShuttingDown, $"node {_node.Node} is stopping"));

    private void OnStop()
    {
        _isStopping = true;
        foreach (var session in _sessions)
        {
            session.Tell(NodeStopping.Instance);
        }

        StopIfEmpty();
    }

    private void OnTerminated(Terminated terminated)
    {
        _sessions.Remove(terminated.ActorRef);
        StopIfEmpty();
    }

    private void StopIfEmpty()
    {
        if (_isStopping && _sessions.Count == 0)
        {
            Context.Stop(Self);
        }
    }
}
