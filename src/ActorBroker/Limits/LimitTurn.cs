using Akka.Actor;

namespace ActorBroker.Limits;

/// <summary>One actor's place among those that wait for room in a <see cref="SharedLimit"/>. Told <see cref="RoomFree"/> when its turn has come.</summary>
/// <remarks>Owner and only caller: that actor, which must call <see cref="End"/> when it needs no more, at the latest when it stops: until then
/// nobody else is let through.</remarks>
internal sealed class LimitTurn(SharedLimit limit, IActorRef owner)
{
    public IActorRef Owner { get; } = owner;

    /// <summary>Whether it waits.</summary>
    public bool IsWaiting { get; private set; }

    /// <summary>Whether it is this actor's turn.</summary>
    public bool IsOn => IsWaiting && limit.IsOn(this);

    /// <summary>Owner: the limit, in its lock.</summary>
    internal LinkedListNode<LimitTurn>? Place { get; set; }

    /// <summary>Waits behind all that wait already. No effect when it waits, or it is its turn.</summary>
    public void Queue()
    {
        if (!IsWaiting)
        {
            IsWaiting = true;
            limit.Queue(this);
        }
    }

    /// <summary>Lets the next one through. No effect when it does not wait.</summary>
    public void End()
    {
        if (IsWaiting)
        {
            IsWaiting = false;
            limit.End(this);
        }
    }
}
