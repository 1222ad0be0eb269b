using Akka.Event;

namespace Akka.Actor;

/// <summary>
/// Base of all actors. An instance handles one message at a time and is only ever touched by its own code; a restart
/// replaces it by a fresh one.
/// </summary>
public abstract class ActorBase : IInternalActor
{
    private readonly ActorCell _cell;

    /// <exception cref="ActorInitializationException">Made with <c>new</c> instead of <c>ActorOf</c>.</exception>
    protected ActorBase()
    {
        _cell = ActorCell.Current
            ?? throw new ActorInitializationException(
                $"There is no active ActorContext: {GetType()} was made with 'new'. Actors are made with ActorOf(Props).");
        _cell.Adopt(this);
        _cell.Become(Receive);
    }

    /// <summary>The context of the actor whose code runs on this thread.</summary>
    /// <exception cref="NotSupportedException">No actor's code does: after an await that left the actor, or in a task.</exception>
    protected static IActorContext Context => ActorCell.Current
        ?? throw new NotSupportedException(
            "There is no active ActorContext, this is most likely due to use of async operations from within this actor.");

    protected static Receive EmptyReceive { get; } = _ => false;

    IActorContext IInternalActor.ActorContext => _cell;

    /// <summary>Usable from any thread.</summary>
    protected IActorRef Self => _cell.Self;

    /// <summary>Whoever sent the current message, or the dead letters.</summary>
    protected IActorRef Sender => Context.Sender;

    public virtual void AroundPreRestart(Exception cause, object message) => PreRestart(cause, message);

    public virtual void AroundPostRestart(Exception cause, object message) => PostRestart(cause);

    public virtual void AroundPreStart() => PreStart();

    public virtual void AroundPostStop() => PostStop();

    /// <summary>The constructor has ended.</summary>
    internal virtual void OnConstructed()
    {
    }

    internal bool Deliver(Receive receive, object message) => AroundReceive(receive, message);

    internal void DeliverUnhandled(object message) => Unhandled(message);

    internal SupervisorStrategy OwnSupervisorStrategy() => SupervisorStrategy();

    /// <summary>Wraps the handling of each message.</summary>
    protected virtual bool AroundReceive(Receive receive, object message)
    {
        ArgumentNullException.ThrowIfNull(receive);
        if (receive(message))
        {
            return true;
        }

        Unhandled(message);
        return false;
    }

    /// <summary>The first behaviour. False says: not handled.</summary>
    protected abstract bool Receive(object message);

    /// <summary>What no handler wanted: <see cref="Terminated"/> becomes a <see cref="DeathPactException"/>, anything else an
    /// <see cref="UnhandledMessage"/> on the event stream.</summary>
    protected virtual void Unhandled(object message)
    {
        if (message is Terminated terminated)
        {
            throw new DeathPactException(terminated.ActorRef);
        }

        _cell.System.EventStream.Publish(new UnhandledMessage(message, Sender, Self));
    }

    protected void Become(Receive receive) => _cell.Become(receive);

    protected void BecomeStacked(Receive receive) => _cell.BecomeStacked(receive);

    protected void UnbecomeStacked() => _cell.UnbecomeStacked();

    protected void SetReceiveTimeout(TimeSpan? timeout) => _cell.SetReceiveTimeout(timeout);

    /// <summary>How this actor deals with failing children; read once.</summary>
    protected virtual SupervisorStrategy SupervisorStrategy() => Actor.SupervisorStrategy.DefaultStrategy;

    /// <summary>Before the first message of an incarnation.</summary>
    protected virtual void PreStart()
    {
    }

    /// <summary>On the instance that failed. By default stops all children and calls <see cref="PostStop"/>.</summary>
    /// <param name="reason">Why.</param>
    /// <param name="message">What it was working on; null for nothing.</param>
    protected virtual void PreRestart(Exception reason, object message)
    {
        foreach (var child in _cell.GetChildren())
        {
            _cell.Unwatch(child);
            _cell.Stop(child);
        }

        PostStop();
    }

    /// <summary>On the fresh instance. By default calls <see cref="PreStart"/>.</summary>
    protected virtual void PostRestart(Exception reason) => PreStart();

    /// <summary>After the last message; children have stopped already.</summary>
    protected virtual void PostStop()
    {
    }
}
