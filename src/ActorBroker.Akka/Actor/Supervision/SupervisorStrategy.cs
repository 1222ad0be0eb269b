using Akka.Actor.Internal;
using Akka.Event;

namespace Akka.Actor;

/// <summary>How a supervisor deals with failing children.</summary>
public abstract class SupervisorStrategy
{
    /// <summary>Stop for an actor that could not start, was killed or lost one it watched; restart for anything else.</summary>
    public static readonly IDecider DefaultDecider = Actor.Decider.From(
        Directive.Restart,
        Directive.Stop.When<ActorInitializationException>(),
        Directive.Stop.When<ActorKilledException>(),
        Directive.Stop.When<DeathPactException>());

    /// <summary>One for one, <see cref="DefaultDecider"/>, no limit.</summary>
    public static readonly SupervisorStrategy DefaultStrategy = new OneForOneStrategy(DefaultDecider);

    /// <summary>Stops every failing child.</summary>
    public static readonly OneForOneStrategy StoppingStrategy = new(_ => Directive.Stop);

    public abstract IDecider Decider { get; }

    protected bool LoggingEnabled { get; set; } = true;

    /// <summary>Called when a child has stopped.</summary>
    public abstract void HandleChildTerminated(IActorContext actorContext, IActorRef child, IEnumerable<IInternalActorRef> children);

    /// <summary>Carries out "restart" or "stop", limits considered.</summary>
    public abstract void ProcessFailure(
        IActorContext context,
        bool restart,
        IActorRef child,
        Exception cause,
        ChildRestartStats stats,
        IReadOnlyCollection<ChildRestartStats> children);

    /// <returns>False: escalate.</returns>
    public bool HandleFailure(
        ActorCell actorCell,
        IActorRef child,
        Exception cause,
        ChildRestartStats stats,
        IReadOnlyCollection<ChildRestartStats> children)
    {
        var directive = Handle(child, cause);
        if (LoggingEnabled)
        {
            LogFailure(actorCell, child, cause, directive);
        }

        switch (directive)
        {
            case Directive.Escalate:
                return false;
            case Directive.Resume:
                ResumeChild(child, cause);
                return true;
            case Directive.Restart:
                ProcessFailure(actorCell, true, child, cause, stats, children);
                return true;
            default:
                ProcessFailure(actorCell, false, child, cause, stats, children);
                return true;
        }
    }

    protected abstract Directive Handle(IActorRef child, Exception exception);

    /// <param name="child">Whom.</param>
    /// <param name="cause">Why.</param>
    /// <param name="suspendFirst">It did not fail itself, so nobody has suspended it yet.</param>
    protected void RestartChild(IActorRef child, Exception cause, bool suspendFirst)
    {
        var one = (IInternalActorRef)child;
        if (suspendFirst)
        {
            one.Suspend();
        }

        one.Restart(cause);
    }

    protected void ResumeChild(IActorRef child, Exception exception) => ((IInternalActorRef)child).Resume(exception);

    protected virtual void LogFailure(IActorContext context, IActorRef child, Exception cause, Directive directive)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(child);
        if (directive == Directive.Escalate)
        {
            return;   // the one above logs it
        }

        var message = cause is ActorInitializationException { InnerException: { } inner } ? inner.Message : cause.Message;
        var source = child.Path.ToString();
        LogEvent entry = directive == Directive.Resume
            ? new Warning(source, GetType(), message)
            : new Error(cause, source, GetType(), message);
        context.System.EventStream.Publish(entry);
    }
}
