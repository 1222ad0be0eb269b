namespace Akka.Actor;

/// <summary>Further stashes for an actor, next to the one the runtime sets.</summary>
public static class StashFactory
{
    public static IStash CreateStash<T>(this IActorContext context)
        where T : ActorBase => CreateStash(context, typeof(T));

    public static IStash CreateStash(this IActorContext context, IActorStash actorInstance)
    {
        ArgumentNullException.ThrowIfNull(actorInstance);
        return CreateStash(context, actorInstance.GetType());
    }

    /// <exception cref="ArgumentException">The actor's class has no stash.</exception>
    public static IStash CreateStash(this IActorContext context, Type actorType)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (!typeof(IActorStash).IsAssignableFrom(actorType))
        {
            throw new ArgumentException($"Actor {actorType} implements an unrecognized subclass of {typeof(IActorStash)}", nameof(actorType));
        }

        return new ActorStash((ActorCell)context);
    }
}
