using ActorBroker.Messages;
using ActorBroker.Messages.Sessions;
using Akka.Actor;
using Akka.Remote;

namespace ActorBroker.Client.Consuming;

/// <summary>One consumer's session with one node, from opening to end. Its parent, the engine, opens another one then.</summary>
/// <remarks>Messages are lost when a connection breaks, even where both ends live on: then the session is given up too, and what comes
/// next begins again at an offset that is known.</remarks>
internal sealed class ConsumerLinkActor : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan KnockInterval = TimeSpan.FromMilliseconds(200);
    private readonly NodeId _node;
    private readonly ActorSelection _sessions;
    private readonly string _clientId;
    private readonly TimeSpan _connectTimeout;
    private IActorRef _session = ActorRefs.Nobody;

    public ConsumerLinkActor(NodeId node, ActorSelection sessions, string clientId, TimeSpan connectTimeout)
    {
        _node = node;
        _sessions = sessions;
        _clientId = clientId;
        _connectTimeout = connectTimeout;
        Receive<ActorIdentity>(OnIdentity);
        Receive<KnockTick>(_ => Knock());
        Receive<ConsumerOpened>(OnOpened);
        Receive<RequestRefused>(refused => End(refused.Error, refused.Message));
        Receive<AssociationEvent>(OnConnection);
        Receive<OpenTick>(_ => End(SessionError.TimedOut, $"no session was opened within {_connectTimeout}"));
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        Context.System.EventStream.Subscribe(Self, typeof(DisassociatedEvent));
        Context.System.EventStream.Subscribe(Self, typeof(AssociationErrorEvent));
        Timers.StartSingleTimer(OpenTick.Instance, OpenTick.Instance, _connectTimeout);
        Timers.StartPeriodicTimer(KnockTick.Instance, KnockTick.Instance, KnockInterval);
        Knock();
    }

    /// <summary>A question that may be asked often, as messages to a node that is coming back are lost; a session is asked for once.</summary>
    private void Knock() => _sessions.Tell(new Identify("node"), Self);

    private void OnIdentity(ActorIdentity identity)
    {
        if (identity.Subject is not null && Timers.IsTimerActive(KnockTick.Instance))
        {
            Timers.Cancel(KnockTick.Instance);
            _sessions.Tell(new OpenConsumer(SessionProtocol.Version, _clientId), Self);
        }
    }

    private void OnOpened(ConsumerOpened opened)
    {
        Timers.CancelAll();
        _session = Context.Watch(Sender);
        Become(Open);
        Context.Parent.Tell(new LinkOpened(_node, opened.CreditBytesMax));
    }

    private void OnConnection(AssociationEvent happened)
    {
        if (happened.RemoteAddress.Equals(_sessions.Anchor.Path.Address))
        {
            End(SessionError.None, $"the connection with {happened.RemoteAddress} broke");
        }
    }

    private void Open()
    {
        Receive<AssociationEvent>(OnConnection);
        Receive<ActorIdentity>(_ => { });
        Receive<BatchesRead>(read => Context.Parent.Tell(read));
        Receive<StreamEnded>(ended => Context.Parent.Tell(ended));
        Receive<OpenStream>(open => _session.Tell(open));
        Receive<GrantCredit>(grant => _session.Tell(grant));
        Receive<CloseStream>(close => _session.Tell(close));
        Receive<CloseSession>(close => End(close.Reason, close.Message));
        Receive<Terminated>(_ => End(SessionError.None, "the node, or the way to it, is gone"));
    }

    private void End(SessionError error, string reason)
    {
        Context.Parent.Tell(new LinkClosed(_node, error, reason));
        Context.Stop(Self);
    }

    private sealed record KnockTick
    {
        public static readonly KnockTick Instance = new();
    }

    private sealed record OpenTick
    {
        public static readonly OpenTick Instance = new();
    }
}

/// <summary>From a link: streams may be opened.</summary>
internal sealed record LinkOpened(NodeId Node, int CreditBytesMax);

/// <summary>From a link, its last word: all of its streams are over.</summary>
internal sealed record LinkClosed(NodeId Node, SessionError Error, string Reason);
