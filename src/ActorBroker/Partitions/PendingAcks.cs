using ActorBroker.Log;
using ActorBroker.Messages;
using Akka.Actor;

namespace ActorBroker.Partitions;

/// <summary>Produce path 6/6. Producers that wait until their batch is written, and where asked for on the disk.</summary>
/// <remarks>Owner: the partition's actor. Offsets rise from the oldest to the newest.</remarks>
internal sealed class PendingAcks
{
    private readonly Queue<Waiting> _waiting = new();

    private Offset _newestEnd = Offset.Zero;

    public int Count => _waiting.Count;

    /// <summary>Remembers a producer whose batch ends before <paramref name="end"/>.</summary>
    /// <remarks>The end of a batch that was sent twice lies behind that of others; it is answered after them, in order.</remarks>
    public void Add(IActorRef producer, RequestId id, Offset baseOffset, Offset end, long logAppendTime)
    {
        if (_waiting.Count == 0 || end > _newestEnd)
        {
            _newestEnd = end;
        }

        _waiting.Enqueue(new Waiting(producer, id, baseOffset, _newestEnd, logAppendTime));
    }

    /// <summary>Answers all whose batch lies wholly before <paramref name="upTo"/>.</summary>
    public void Release(Offset upTo, Offset logStart, IActorRef self)
    {
        while (_waiting.TryPeek(out var first) && first.End <= upTo)
        {
            _waiting.Dequeue();
            first.Producer.Tell(new Appended(first.Id, first.BaseOffset, first.LogAppendTime, logStart), self);
        }
    }

    /// <summary>Tells all that wait that they will never be acknowledged.</summary>
    public void RefuseAll(AppendError error, IActorRef self)
    {
        while (_waiting.TryDequeue(out var first))
        {
            first.Producer.Tell(new AppendRefused(first.Id, error, Offset.None), self);
        }
    }

    private readonly record struct Waiting(IActorRef Producer, RequestId Id, Offset BaseOffset, Offset End, long LogAppendTime);
}
