using Akka.Actor;
using Akka.Actor.Internal;

namespace Akka.TestKit.Internal;

/// <summary>What the white-box references need of the engine's cells.</summary>
internal static class TestActorCells
{
    /// <summary>Starts an actor on the calling thread's dispatcher, unless its props name another one.</summary>
    public static IInternalActorRef Start(ActorSystem system, Props props, IActorRef? supervisor, string? name)
    {
        var onCaller = props.Deploy.Dispatcher.Length == 0 ? props.WithDispatcher(CallingThreadDispatcher.Id) : props;
        var started = supervisor is null
            ? system.ActorOf(onCaller, name)
            : CellOf(supervisor).ActorOf(onCaller, name);
        return (IInternalActorRef)started;
    }

    public static ActorCell CellOf(IActorRef actor) => actor switch
    {
        LocalActorRef local => local.Cell,
        TestProbe probe => CellOf(probe.Ref),
        IHasInnerRef wrapped => CellOf(wrapped.Inner),
        _ => throw new ArgumentException($"{actor} is no actor of this process.", nameof(actor)),
    };

    /// <exception cref="IllegalActorStateException">The actor has stopped.</exception>
    public static ActorBase ActorOf(IActorRef actor) =>
        CellOf(actor).Actor ?? throw new IllegalActorStateException($"{actor} has stopped: it has no instance any more.");

    /// <summary>Runs the actor's current behaviour with the message on this thread, past its mailbox.</summary>
    public static void Call(IActorRef actor, object message, IActorRef? sender)
    {
        var cell = CellOf(actor);
        var before = InternalCurrentActorCellKeeper.Current;
        InternalCurrentActorCellKeeper.Current = cell;
        try
        {
            cell.AsSender(sender ?? cell.System.DeadLetters, () =>
            {
                cell.ReceiveMessage(message);
                return true;
            });
        }
        finally
        {
            InternalCurrentActorCellKeeper.Current = before;
        }
    }
}
