namespace Akka.Actor.Internal;

/// <summary>The cell whose code runs on this thread; for test kits, which send as an actor without being one.</summary>
public static class InternalCurrentActorCellKeeper
{
    public static ActorCell? Current
    {
        get => ActorCell.Current;
        set => ActorCell.Current = value;
    }
}
