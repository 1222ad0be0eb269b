using Akka.Actor;
using Akka.Event;

namespace Akka.Dispatch.SysMsg;

/// <summary>Make the first instance.</summary>
public sealed class Create(ActorInitializationException? failure = null) : SystemMessage
{
    /// <summary>Why it cannot be made, when that is known already.</summary>
    public ActorInitializationException? Failure { get; } = failure;

    public override string ToString() => "<Create>";
}

/// <summary>Restart.</summary>
public sealed class Recreate(Exception cause) : SystemMessage
{
    public Exception Cause { get; } = cause;

    public override string ToString() => $"<Recreate: {Cause.GetType()}>";
}

/// <summary>Handle no user messages until <see cref="Resume"/> or <see cref="Recreate"/>.</summary>
public sealed class Suspend : SystemMessage
{
    public override string ToString() => "<Suspend>";
}

/// <summary>Go on.</summary>
public sealed class Resume(Exception? causedByFailure) : SystemMessage
{
    /// <summary>The failure that the receiver had, null when it had none.</summary>
    public Exception? CausedByFailure { get; } = causedByFailure;

    public override string ToString() => $"<Resume: {CausedByFailure?.GetType()}>";
}

/// <summary>Stop after the current message.</summary>
public sealed class Terminate : SystemMessage, IPossiblyHarmful, IDeadLetterSuppression
{
    public override string ToString() => "<Terminate>";
}

/// <summary>A child has failed.</summary>
public sealed class Failed(IActorRef child, Exception cause, long uid) : SystemMessage
{
    public IActorRef Child { get; } = child;

    public Exception Cause { get; } = cause;

    /// <summary>Its incarnation: a failure of an earlier one is no longer of interest.</summary>
    public long Uid { get; } = uid;

    public override string ToString() => $"<Failed>: {Child} ({Uid}) {Cause}";
}

/// <summary>The watcher wants to hear of the watchee's end.</summary>
public sealed class Watch(IInternalActorRef watchee, IInternalActorRef watcher) : SystemMessage
{
    public IInternalActorRef Watchee { get; } = watchee;

    public IInternalActorRef Watcher { get; } = watcher;

    public override bool Equals(object? obj) => obj is Watch other && Watchee.Equals(other.Watchee) && Watcher.Equals(other.Watcher);

    public override int GetHashCode() => HashCode.Combine(Watchee, Watcher);

    public override string ToString() => $"<Watch>: {Watcher} wants to watch {Watchee}";
}

/// <summary>The watcher no longer wants to hear of it.</summary>
public sealed class Unwatch(IInternalActorRef watchee, IInternalActorRef watcher) : SystemMessage
{
    public IInternalActorRef Watchee { get; } = watchee;

    public IInternalActorRef Watcher { get; } = watcher;

    public override bool Equals(object? obj) => obj is Unwatch other && Watchee.Equals(other.Watchee) && Watcher.Equals(other.Watcher);

    public override int GetHashCode() => HashCode.Combine(Watchee, Watcher);

    public override string ToString() => $"<Unwatch>: {Watcher} wants to unwatch {Watchee}";
}

/// <summary>Somebody has stopped: to its supervisor and its watchers.</summary>
public sealed class DeathWatchNotification(IActorRef actor, bool existenceConfirmed, bool addressTerminated)
    : SystemMessage, IDeadLetterSuppression
{
    public IActorRef Actor { get; } = actor;

    public bool ExistenceConfirmed { get; } = existenceConfirmed;

    public bool AddressTerminated { get; } = addressTerminated;

    public override string ToString() =>
        $"<DeathWatchNotification>: {Actor}, ExistenceConfirmed={ExistenceConfirmed}, AddressTerminated={AddressTerminated}";
}

/// <summary>The rest of an asynchronous handler.</summary>
internal sealed class Continuation(AsyncHandling handling, SendOrPostCallback callback, object? state) : SystemMessage, IDeadLetterSuppression
{
    public AsyncHandling Handling { get; } = handling;

    public void Run() => callback(state);

    public override string ToString() => "<Continuation>";
}
