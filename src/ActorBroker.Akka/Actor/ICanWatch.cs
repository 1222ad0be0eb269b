namespace Akka.Actor;

/// <summary>Death watch: hearing once that another actor has stopped.</summary>
public interface ICanWatch
{
    /// <summary>From now on <paramref name="subject"/>'s end comes as one <see cref="Terminated"/>; watching twice changes nothing.</summary>
    /// <exception cref="InvalidOperationException">Already watched with a message of its own.</exception>
    IActorRef Watch(IActorRef subject);

    /// <summary>As <see cref="Watch"/>, with <paramref name="message"/> instead of <see cref="Terminated"/>.</summary>
    IActorRef WatchWith(IActorRef subject, object message);

    /// <summary>No <see cref="Terminated"/> of the subject comes after this, not even one that already waits.</summary>
    IActorRef Unwatch(IActorRef subject);
}
