namespace Akka.Actor;

/// <summary>The context of an <see cref="UntypedActor"/>: behaviours that answer nothing.</summary>
public interface IUntypedActorContext : IActorContext
{
    void Become(UntypedReceive receive);

    void BecomeStacked(UntypedReceive receive);
}
