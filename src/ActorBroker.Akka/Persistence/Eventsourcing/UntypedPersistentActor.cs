using Akka.Actor;

namespace Akka.Persistence;

/// <summary>A persistent actor that looks at each message by itself.</summary>
public abstract class UntypedPersistentActor : Eventsourced
{
    protected static new IUntypedActorContext Context => (IUntypedActorContext)ActorBase.Context;

    protected override bool Receive(object message) => ReceiveCommand(message);

    protected sealed override bool ReceiveCommand(object message)
    {
        OnCommand(message);
        return true;
    }

    protected sealed override bool ReceiveRecover(object message)
    {
        OnRecover(message);
        return true;
    }

    protected abstract void OnCommand(object message);

    protected abstract void OnRecover(object message);

    protected void Become(UntypedReceive receive) => Context.Become(receive);

    protected void BecomeStacked(UntypedReceive receive) => Context.BecomeStacked(receive);
}
