using ActorBroker.Log;
using ActorBroker.Messages;

namespace ActorBroker.Client.Consuming;

/// <summary>One partition from its assignment, or the last seek, until it is revoked or sought again: then another one takes its place,
/// and what still comes for this one is dropped.</summary>
/// <remarks>The first part is read by any thread; the second part belongs to the engine.</remarks>
internal sealed class AssignedPartition(TopicPartition partition, Start start, int shareBytes)
{
    private long _position = -1;
    private long _yieldedEnd = -1;
    private long _highWatermark = -1;
    private volatile bool _isGone;
    private volatile bool _isPaused;

    public TopicPartition Partition { get; } = partition;

    /// <summary>Records of it are not given out any more. Never turns back.</summary>
    public bool IsGone => _isGone;

    public bool IsPaused
    {
        get => _isPaused;
        set => _isPaused = value;
    }

    /// <summary>Offset of the first record that does not count as processed; null until it is known.</summary>
    public Offset? Position => Volatile.Read(ref _position) is var position and >= 0 ? new Offset(position) : null;

    /// <summary>Null until the node has told it.</summary>
    public Offset? HighWatermark
    {
        get => Volatile.Read(ref _highWatermark) is var end and >= 0 ? new Offset(end) : null;
        set => Volatile.Write(ref _highWatermark, value?.Value ?? -1);
    }

    public long? Lag => Position is { } position && HighWatermark is { } end ? Math.Max(0, end - position) : null;

    /// <summary>The record before this offset has been given to the application.</summary>
    public void Yielded(Offset end) => Volatile.Write(ref _yieldedEnd, end.Value);

    /// <summary>Everything that was given out counts as processed.</summary>
    public void CountYielded() => MoveTo(new Offset(Volatile.Read(ref _yieldedEnd)));

    /// <summary>Forward only.</summary>
    public void MoveTo(Offset position)
    {
        for (var seen = Volatile.Read(ref _position); position.Value > seen;)
        {
            var before = Interlocked.CompareExchange(ref _position, position.Value, seen);
            if (before == seen)
            {
                return;
            }

            seen = before;
        }
    }

    public void Withdraw() => _isGone = true;

    // ---- the engine's part

    /// <summary>How the position is to be found.</summary>
    public Start Start { get; set; } = start;

    /// <summary>Told when the position is known.</summary>
    public TaskCompletionSource? Sought { get; set; }

    /// <summary>Somebody looks for its position.</summary>
    public bool IsBeingResolved { get; set; }

    /// <summary>Where the next stream begins.</summary>
    public Offset NextFetch { get; set; } = Offset.None;

    /// <summary>Last position that the group has of it.</summary>
    public Offset Committed { get; set; } = Offset.None;

    /// <summary>0: none is open.</summary>
    public int Stream { get; set; }

    /// <summary>Node of the stream.</summary>
    public NodeId Node { get; set; } = NodeId.None;

    public StreamCredit Credit { get; } = new(shareBytes);

    /// <summary>Received, oldest first.</summary>
    public LinkedList<Chunk> Chunks { get; } = new();

    /// <summary>It has its turn in the queue of those that have something to give.</summary>
    public bool IsInTurn { get; set; }

    /// <summary>Nothing is fetched until the application has been told why.</summary>
    public bool IsFaulted { get; set; }

    /// <summary>It has been; when it asks for more all the same, it is tried again.</summary>
    public bool IsFaultTold { get; set; }

    /// <summary>Its position is not looked for before the application has heard of it.</summary>
    public bool IsHeld { get; set; }

    /// <summary>Pause before the stream is opened again.</summary>
    public TimeSpan Pause { get; set; }
}

/// <summary>Whole batches of one partition, as they came.</summary>
/// <param name="Next">Offset after the last one.</param>
internal sealed record Chunk(AssignedPartition Of, ReadOnlyMemory<byte> Batches, Offset Next);
