using System.Collections.Frozen;
using ActorBroker.Messages;

namespace ActorBroker.Client.Consuming;

/// <summary>What the engine shows to other threads.</summary>
internal sealed class ConsumerBoard
{
    private readonly TaskCompletionSource<BrokerException?> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile FrozenDictionary<TopicPartition, AssignedPartition> _assigned = FrozenDictionary<TopicPartition, AssignedPartition>.Empty;

    /// <summary>Written by the engine only.</summary>
    public FrozenDictionary<TopicPartition, AssignedPartition> Assigned
    {
        get => _assigned;
        set => _assigned = value;
    }

    /// <summary>The engine's end: null when it was asked to.</summary>
    public Task<BrokerException?> Ended => _ended.Task;

    public void End(BrokerException? why) => _ended.TrySetResult(why);
}
