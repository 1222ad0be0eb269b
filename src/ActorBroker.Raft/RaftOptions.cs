namespace ActorBroker.Raft;

/// <summary>Times in ticks and limits of one replica. All replicas of a group use the same ticks.</summary>
public sealed record RaftOptions
{
    /// <summary>A follower that hears no leader for this long stands for election at the earliest; a leader that hears no majority
    /// for this long steps down; nobody votes against a leader that it heard within this time.</summary>
    public int ElectionTicksMin { get; init; } = 10;

    /// <summary>Exclusive. Each wait for a leader is drawn between the two, so that elections rarely tie.</summary>
    public int ElectionTicksMax { get; init; } = 20;

    /// <summary>A leader lets every follower hear from it this often.</summary>
    public int HeartbeatTicks { get; init; } = 2;

    /// <summary>How far the clocks of two replicas may drift apart within <see cref="ElectionTicksMin"/>; the leader's lease is shorter
    /// by that.</summary>
    public int LeaseMarginTicks { get; init; } = 2;

    /// <summary>Appends on the way to one follower that it has not acknowledged as durable.</summary>
    public int AppendsInFlightMax { get; init; } = 64;

    /// <summary>Bytes of those appends. One append may go beyond it.</summary>
    public long BytesInFlightMax { get; init; } = 8 * ByteSizes.MiB;

    /// <summary>What the caller is asked to read for one append.</summary>
    public int AppendBytesMax { get; init; } = ByteSizes.MiB;

    /// <summary>A learner this many records behind the leader's end, or fewer, counts as caught up and may become a voter.</summary>
    public long CatchUpRecordsMax { get; init; } = 10_000;

    /// <exception cref="ArgumentException">Times or limits that do not fit each other.</exception>
    public void Verify()
    {
        Require(HeartbeatTicks >= 1, "heartbeats are at least one tick apart");
        Require(ElectionTicksMin > 2 * HeartbeatTicks, "an election timeout outlasts the loss of a heartbeat");
        Require(ElectionTicksMax > ElectionTicksMin, "election timeouts need room to differ");
        Require(LeaseMarginTicks >= 0 && LeaseMarginTicks < ElectionTicksMin, "the lease's margin is shorter than the election timeout");
        Require(AppendsInFlightMax >= 1 && BytesInFlightMax >= 1 && AppendBytesMax >= 1, "limits are at least 1");
        Require(CatchUpRecordsMax >= 0, "a learner cannot be ahead");
    }

    private static void Require(bool holds, string rule)
    {
        if (!holds)
        {
            throw new ArgumentException($"Raft options: {rule}.");
        }
    }
}
