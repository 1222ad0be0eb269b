using ActorBroker.Messages.Sessions;

namespace ActorBroker.Client.Producing;

/// <summary>To the engine: there is news in the buffers.</summary>
internal sealed record Wake
{
    public static readonly Wake Instance = new();
}

/// <summary>To the engine: close all open batches; <paramref name="Done"/> when all that is there is answered.</summary>
internal sealed record FlushProducer(TaskCompletionSource Done);

/// <summary>To the engine: end when everything is answered, at the latest after a time.</summary>
internal sealed record CloseProducer(TimeSpan Timeout);

/// <summary>From a link to the engine: its session is over, or never came to be. The link stops.</summary>
internal sealed record LinkLost(SessionError Error, string Message);

/// <summary>To the engine, from itself: the view was renewed for the partition, or could not be.</summary>
internal sealed record LeaderSought(PartitionLane Lane, Exception? Error);

/// <summary>To the engine, from its timer: the pause of the partition is over.</summary>
internal sealed record LaneTick(PartitionLane Lane);

/// <summary>To the engine, from its timer: the open batch has waited long enough.</summary>
internal sealed record LingerTick(PartitionLane Lane);

/// <summary>To the engine, from its timer: the pause of the node is over.</summary>
internal sealed record NodeTick(NodeLink Node);

/// <summary>To the engine, from its timer: look after deadlines.</summary>
internal sealed record CheckTick
{
    public static readonly CheckTick Instance = new();
}

/// <summary>To the engine, from its timer: closing has taken long enough.</summary>
internal sealed record CloseTick
{
    public static readonly CloseTick Instance = new();
}
