using ActorBroker.Log;
using ActorBroker.Messages;
using Akka.Actor;

namespace ActorBroker.Sessions.Native;

/// <summary>What a stream waits for.</summary>
internal enum StreamState
{
    /// <summary>For credit.</summary>
    Idle,

    /// <summary>For its partition's answer.</summary>
    Asked,

    /// <summary>For data: its fetch is parked in the partition.</summary>
    Parked,

    /// <summary>For the end of a pause, because its partition had too much to do.</summary>
    Paused,
}

/// <summary>One partition that a consumer reads: where it is, and how many bytes it may still be sent.</summary>
/// <remarks>Owner and only caller: its <see cref="ConsumerSessionActor"/>. At most one fetch is under way.</remarks>
internal sealed class ConsumerStream(int number, TopicPartition partition, Guid topicId, IActorRef actor, Offset next, LeaderEpoch epoch, long credit)
{
    public int Number { get; } = number;

    public TopicPartition Partition { get; } = partition;

    public Guid TopicId { get; } = topicId;

    /// <summary>The partition's actor.</summary>
    public IActorRef Actor { get; } = actor;

    /// <summary>The epoch that the client believes in.</summary>
    public LeaderEpoch Epoch { get; } = epoch;

    /// <summary>Offset of the next fetch.</summary>
    public Offset Next { get; private set; } = next;

    /// <summary>Bytes that may be sent; below zero after a batch that was larger than what was left.</summary>
    public long Credit { get; private set; } = credit;

    public StreamState State { get; private set; } = StreamState.Idle;

    /// <summary>The fetch that is under way.</summary>
    public RequestId Fetch { get; private set; }

    /// <summary>When a fetch that is <see cref="StreamState.Asked"/> is given up.</summary>
    public TimeSpan Deadline { get; private set; }

    public bool MayAsk => State == StreamState.Idle && Credit > 0;

    public bool IsFetching => State is StreamState.Asked or StreamState.Parked;

    public void Grant(int bytes) => Credit += bytes;

    public void Asked(RequestId fetch, TimeSpan deadline)
    {
        Check.That(MayAsk);
        (State, Fetch, Deadline) = (StreamState.Asked, fetch, deadline);
    }

    public void Parked() => State = StreamState.Parked;

    public void Paused() => State = StreamState.Paused;

    public void Resumed() => State = StreamState.Idle;

    /// <summary>The fetch was answered with so many bytes.</summary>
    public void Answered(int bytes, Offset next)
    {
        Check.That(IsFetching);
        Check.That(next >= Next);
        (State, Next) = (StreamState.Idle, next);
        Credit -= bytes;
    }
}
