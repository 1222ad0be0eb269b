using Akka.Actor;

namespace Akka.TestKit;

/// <summary>As its base, with the instance public.</summary>
public sealed class TestActorRef<TActor> : TestActorRefBase<TActor>
    where TActor : ActorBase
{
    public TestActorRef(ActorSystem system, Props actorProps, IActorRef? supervisor = null, string? name = null)
        : base(system, actorProps, supervisor, name)
    {
    }

    /// <summary>The instance as it is now; after a restart it is another one.</summary>
    public TActor UnderlyingActor => InternalUnderlyingActor;

    public static implicit operator TActor(TestActorRef<TActor> actorRef) => actorRef.UnderlyingActor;
}
