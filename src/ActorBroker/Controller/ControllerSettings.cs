using ActorBroker.Raft;

namespace ActorBroker.Controller;

/// <summary>What the controller needs to know of its node.</summary>
/// <param name="Node">The node as the others and its clients reach it.</param>
/// <param name="Defaults">Settings of topics that say nothing themselves.</param>
/// <param name="PartitionsMax">Of one topic.</param>
/// <param name="PartitionsTotalMax">Of all topics.</param>
/// <param name="Random">Used by the controller alone.</param>
internal sealed record ControllerSettings(NodeImage Node, TopicSettings Defaults, int DefaultPartitions, int PartitionsMax, int PartitionsTotalMax, ClusterLimits Cluster, Func<Guid> NewId, Random Random)
{
    /// <summary>Time between two ticks of the controller and of its Raft core.</summary>
    public static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);

    /// <summary>In ticks: a leader of the metadata that is silent for one to one and a half seconds is replaced. Shorter, and a machine that has other things to
    /// do for a second costs an election.</summary>
    public static readonly RaftOptions Raft = new() { ElectionTicksMin = 10, ElectionTicksMax = 16, HeartbeatTicks = 2 };

    /// <summary>A follower that has not heard its leader for so long knows of none. One without a vote stands for no election, so nothing else tells it.</summary>
    public static readonly TimeSpan LeaderSilence = TimeSpan.FromSeconds(4);
}
