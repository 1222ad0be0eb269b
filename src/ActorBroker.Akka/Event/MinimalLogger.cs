using Akka.Actor;

namespace Akka.Event;

/// <summary>A logger that is no actor: it works before there are actors and after them, on the thread that logs.</summary>
public abstract class MinimalLogger : MinimalActorRef
{
    protected MinimalLogger() =>
        Path = new RootActorPath(new Address("akka", "all-systems"), "/" + GetType().Name);

    public sealed override ActorPath Path { get; }

    /// <summary>None: it belongs to no system.</summary>
    public sealed override IActorRefProvider Provider => null!;

    protected sealed override void TellInternal(object message, IActorRef sender)
    {
        ArgumentNullException.ThrowIfNull(message);
        Log(message);
    }

    protected abstract void Log(object message);
}
