using Akka.Dispatch;

namespace Akka.Actor;

/// <summary>An actor's view of itself and its surroundings. Use it only from the actor's own code.</summary>
public interface IActorContext : IActorRefFactory, ICanWatch
{
    IActorRef Self { get; }

    Props Props { get; }

    /// <summary>Whoever sent the current message, or the dead letters.</summary>
    IActorRef Sender { get; }

    ActorSystem System { get; }

    IActorRef Parent { get; }

    MessageDispatcher Dispatcher { get; }

    /// <summary>Null when no receive timeout is set.</summary>
    TimeSpan? ReceiveTimeout { get; }

    /// <summary>Replaces the behaviour.</summary>
    void Become(Receive receive);

    /// <summary>Puts a behaviour on top; <see cref="UnbecomeStacked"/> goes back.</summary>
    void BecomeStacked(Receive receive);

    void UnbecomeStacked();

    /// <summary>The child of that name, or <see cref="Nobody"/>.</summary>
    IActorRef Child(string name);

    IEnumerable<IActorRef> GetChildren();

    /// <summary>Delivers <see cref="Actor.ReceiveTimeout"/> after each pause of that length without a message; null turns it off.</summary>
    void SetReceiveTimeout(TimeSpan? timeout);

    /// <summary>Stops a child, or this actor itself, after the message it is working on.</summary>
    void Stop(IActorRef child);
}
