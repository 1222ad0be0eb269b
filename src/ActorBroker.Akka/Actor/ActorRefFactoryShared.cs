namespace Akka.Actor;

/// <summary>How paths become selections, the same for systems and contexts.</summary>
public static class ActorRefFactoryShared
{
    public static ActorSelection ActorSelection(ActorPath actorPath, ActorSystem system)
    {
        ArgumentNullException.ThrowIfNull(actorPath);
        var provider = ((ExtendedActorSystem)system).Provider;
        return new ActorSelection(provider.RootGuardianAt(actorPath.Address), actorPath.Elements);
    }

    /// <param name="path">Absolute or relative.</param>
    /// <param name="system">Whose root an absolute path starts at.</param>
    /// <param name="lookupRoot">Where a relative path starts.</param>
    public static ActorSelection ActorSelection(string path, ActorSystem system, IActorRef lookupRoot)
    {
        ArgumentNullException.ThrowIfNull(path);
        var provider = ((ExtendedActorSystem)system).Provider;
        if (path.StartsWith('/'))
        {
            return new ActorSelection(provider.RootGuardian, path);
        }

        return ActorPath.TryParse(path, out var full)
            ? ActorSelection(full, system)
            : new ActorSelection(lookupRoot, path);
    }

    public static ActorSelection ActorSelection(IActorRef anchorActorRef, string path) => new(anchorActorRef, path);
}
