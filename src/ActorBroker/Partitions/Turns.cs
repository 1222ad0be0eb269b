using Akka.Actor;

namespace ActorBroker.Partitions;

/// <summary>Lets only so many partitions open or delete their files at a time: thousands of them at once would keep everything else on the node
/// waiting for the disk and for a thread, the heartbeats of the metadata leader among it.</summary>
/// <remarks>Owner: <see cref="PartitionsActor"/>.</remarks>
internal sealed class Turns(int max)
{
    private readonly HashSet<IActorRef> _busy = [];
    private readonly Queue<IActorRef> _ending = new();
    private readonly Queue<(Guid Topic, int Partition)> _waiting = new();
    private readonly HashSet<(Guid Topic, int Partition)> _isWaiting = [];

    public bool HasRoom => _busy.Count < max;

    /// <summary>Takes a turn if there is one. Whoever has one keeps it.</summary>
    public bool TryTake(IActorRef partition) => _busy.Contains(partition) || (HasRoom && _busy.Add(partition));

    public void End(IActorRef partition) => _busy.Remove(partition);

    /// <summary>A partition that is to be started later.</summary>
    public void Wait(Guid topic, int partition)
    {
        if (_isWaiting.Add((topic, partition)))
        {
            _waiting.Enqueue((topic, partition));
        }
    }

    public (Guid Topic, int Partition)? TakeWaiting()
    {
        if (!_waiting.TryDequeue(out var next))
        {
            return null;
        }

        _isWaiting.Remove(next);
        return next;
    }

    /// <summary>A partition that is to be deleted later.</summary>
    public void WaitForEnd(IActorRef partition) => _ending.Enqueue(partition);

    /// <summary>The next to be deleted; it has its turn.</summary>
    public IActorRef? TakeEnding()
    {
        if (!_ending.TryDequeue(out var next))
        {
            return null;
        }

        _busy.Add(next);
        return next;
    }
}
