using ActorBroker.Messages;

namespace ActorBroker.Client.Producing;

/// <summary>One partition as the engine sees it: what is to be sent, and what stands in the way.</summary>
internal sealed class PartitionLane(PartitionBuffer buffer, PartitionQueue queue)
{
    public PartitionBuffer Buffer => buffer;

    public PartitionQueue Queue => queue;

    public TopicPartition Partition => buffer.Partition;

    /// <summary>Where its batches in flight are.</summary>
    public NodeLink? Link { get; set; }

    /// <summary>It pauses, or waits for a view of the cluster.</summary>
    public bool IsBlocked { get; set; }

    /// <summary>It is in the line of a link.</summary>
    public bool IsInLine { get; set; }

    public TimeSpan Pause { get; set; }

    /// <summary>Number of the view in which its leader was found.</summary>
    public long ViewNumber { get; set; } = -1;

    /// <summary>When the open batch was opened, for which a timer runs.</summary>
    public TimeSpan? LingersSince { get; set; }

    public bool HasOpen { get; set; }
}
