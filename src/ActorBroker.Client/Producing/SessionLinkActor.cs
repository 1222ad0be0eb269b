using ActorBroker.Messages.Sessions;
using Akka.Actor;
using Akka.Remote;

namespace ActorBroker.Client.Producing;

/// <summary>One session with one node, for the engine, which is its parent: opens it, passes batches and answers on, says when it is over.
/// The node's session belongs to this actor, and ends with it.</summary>
/// <remarks>Messages are lost when a connection breaks, even where both ends live on: then the session is given up too, and what was not
/// answered is sent again.</remarks>
internal sealed class SessionLinkActor : ReceiveActor, IWithTimers
{
    private readonly ActorSelection _sessions;
    private readonly OpenProducer _request;
    private readonly TimeSpan _openTimeout;
    private IActorRef _session = ActorRefs.Nobody;

    /// <param name="sessions">Where the node opens sessions.</param>
    public SessionLinkActor(ActorSelection sessions, OpenProducer request, TimeSpan openTimeout)
    {
        (_sessions, _request, _openTimeout) = (sessions, request, openTimeout);
        Opening();
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        Context.System.EventStream.Subscribe(Self, typeof(DisassociatedEvent));
        Context.System.EventStream.Subscribe(Self, typeof(AssociationErrorEvent));
        _sessions.Tell(_request, Self);
        Timers.StartSingleTimer(OpenTick.Instance, OpenTick.Instance, _openTimeout);
    }

    private void Opening()
    {
        Receive<ProducerOpened>(OnOpened);
        Receive<RequestRefused>(refused => Lose(refused.Error, refused.Message));
        Receive<AssociationEvent>(OnConnection);
        Receive<OpenTick>(_ => Lose(SessionError.TimedOut, $"{_sessions.Anchor.Path.Address}{_sessions.PathString} did not open a session within {_openTimeout}"));
    }

    private void Open()
    {
        Receive<StoreBatch>(batch => _session.Tell(batch));
        Receive<AssociationEvent>(OnConnection);
        Receive<BatchStored>(stored => Context.Parent.Tell(stored));
        Receive<BatchRefused>(refused => Context.Parent.Tell(refused));
        Receive<CloseSession>(closed => Lose(closed.Reason, closed.Message));
        Receive<Terminated>(_ => Lose(SessionError.None, "the session ended, or its node is out of reach"));
    }

    private void OnOpened(ProducerOpened opened)
    {
        Timers.Cancel(OpenTick.Instance);
        _session = Context.Watch(Sender);
        Become(Open);
        Context.Parent.Tell(opened);
    }

    private void OnConnection(AssociationEvent happened)
    {
        if (happened.RemoteAddress.Equals(_sessions.Anchor.Path.Address))
        {
            Lose(SessionError.None, $"the connection with {happened.RemoteAddress} broke");
        }
    }

    private void Lose(SessionError error, string message)
    {
        Context.Parent.Tell(new LinkLost(error, message));
        Context.Stop(Self);
    }

    private sealed record OpenTick
    {
        public static readonly OpenTick Instance = new();
    }
}
