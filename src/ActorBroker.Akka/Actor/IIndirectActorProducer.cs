namespace Akka.Actor;

/// <summary>Makes actor instances for <see cref="Props.CreateBy(IIndirectActorProducer, object[])"/>, for example from a container.</summary>
public interface IIndirectActorProducer
{
    Type ActorType { get; }

    /// <summary>A fresh instance: called for the first one and for each restart, on the actor's thread.</summary>
    ActorBase Produce();

    /// <summary>The instance is no longer used.</summary>
    void Release(ActorBase actor);
}
