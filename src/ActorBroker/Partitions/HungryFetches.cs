using ActorBroker.Limits;
using ActorBroker.Messages;
using Akka.Actor;

namespace ActorBroker.Partitions;

/// <summary>Parked fetches that wait for memory, in the order in which they began to. One turn at the node's limit serves them all.</summary>
/// <remarks>Owner: the partition's actor, which is told <see cref="RoomFree"/>. Fetches that were taken back meanwhile are still among them.</remarks>
internal sealed class HungryFetches(IActorRef partition)
{
    /// <summary>A fetch that wants less is read when there is room for all of it; a larger one when there is room for so much.</summary>
    private const int ReadMin = 64 * ByteSizes.KiB;

    private readonly Queue<(IActorRef Consumer, RequestId Id)> _queue = new();
    private readonly HashSet<(IActorRef Consumer, RequestId Id)> _all = [];
    private LimitTurn? _turn;

    public bool Contains(IActorRef consumer, RequestId id) => _all.Count > 0 && _all.Contains((consumer, id));

    public void Add(SharedLimit limit, IActorRef consumer, RequestId id)
    {
        if (_all.Add((consumer, id)))
        {
            _queue.Enqueue((consumer, id));
        }

        _turn ??= new LimitTurn(limit, partition);
        _turn.Queue();
    }

    /// <summary>Memory for one read, as much as there is room for; 0 when there is too little, or others wait. A little is there for a client that
    /// holds nothing yet, whoever waits.</summary>
    /// <param name="isFirst">It is for the first of those that wait here.</param>
    public int Take(LimitShare memory, int wanted, bool isFirst)
    {
        var least = Math.Min(wanted, ReadMin);
        var taken = _queue.Count > 0 && !isFirst ? 0 : memory.TakeUpTo(wanted, least, _turn ??= new LimitTurn(memory.Limit, partition));
        return (int)(taken > 0 ? taken : memory.TakeReserved(least));
    }

    public bool TryPeek(out IActorRef consumer, out RequestId id)
    {
        var found = _queue.TryPeek(out var first);
        (consumer, id) = first;
        return found;
    }

    public void Dequeue()
    {
        _all.Remove(_queue.Dequeue());
        if (_queue.Count == 0)
        {
            _turn?.End();
        }
    }

    /// <summary>There was not enough: other partitions come first.</summary>
    public void WaitAgain()
    {
        _turn?.End();
        _turn?.Queue();
    }

    public void Clear()
    {
        _queue.Clear();
        _all.Clear();
        _turn?.End();
    }
}
