using ActorBroker.Messages;
using ActorBroker.Messages.Sessions;
using Akka.Actor;

namespace ActorBroker.Client.Consuming;

/// <summary>One consumer's session with one node, from opening to end. Its parent, the engine, opens another one then.</summary>
internal sealed class ConsumerLinkActor : ReceiveActor, IWithTimers
{
    private readonly NodeId _node;
    private readonly ICanTell _sessions;
    private readonly string _clientId;
    private readonly TimeSpan _connectTimeout;
    private IActorRef _session = ActorRefs.Nobody;

    public ConsumerLinkActor(NodeId node, ICanTell sessions, string clientId, TimeSpan connectTimeout)
    {
        _node = node;
        _sessions = sessions;
        _clientId = clientId;
        _connectTimeout = connectTimeout;
        Receive<ConsumerOpened>(OnOpened);
        Receive<RequestRefused>(refused => End(refused.Error, refused.Message));
        Receive<OpenTick>(_ => End(SessionError.TimedOut, $"no session was opened within {_connectTimeout}"));
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        _sessions.Tell(new OpenConsumer(SessionProtocol.Version, _clientId), Self);
        Timers.StartSingleTimer(OpenTick.Instance, OpenTick.Instance, _connectTimeout);
    }

    private void OnOpened(ConsumerOpened opened)
    {
        Timers.CancelAll();
        _session = Context.Watch(Sender);
        Become(Open);
        Context.Parent.Tell(new LinkOpened(_node, opened.CreditBytesMax));
    }

    private void Open()
    {
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

    private sealed record OpenTick
    {
        public static readonly OpenTick Instance = new();
    }
}

/// <summary>From a link: streams may be opened.</summary>
internal sealed record LinkOpened(NodeId Node, int CreditBytesMax);

/// <summary>From a link, its last word: all of its streams are over.</summary>
internal sealed record LinkClosed(NodeId Node, SessionError Error, string Reason);
