using Akka.Dispatch;

namespace Akka.Actor;

/// <summary>An actor that looks at each message by itself.</summary>
public abstract class UntypedActor : ActorBase
{
    protected static new IUntypedActorContext Context => (IUntypedActorContext)ActorBase.Context;

    protected sealed override bool Receive(object message)
    {
        OnReceive(message);
        return true;
    }

    protected abstract void OnReceive(object message);

    /// <summary>Runs asynchronous code as part of the current message: no other message is handled before it ends.</summary>
    protected void RunTask(Action action) => ActorTaskScheduler.RunTask(action);

    /// <inheritdoc cref="RunTask(Action)"/>
    protected void RunTask(Func<Task> action) => ActorTaskScheduler.RunTask(action);

    protected void Become(UntypedReceive receive) => Context.Become(receive);

    protected void BecomeStacked(UntypedReceive receive) => Context.BecomeStacked(receive);
}
