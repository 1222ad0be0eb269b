namespace Akka.Cluster;

/// <summary>Where a member is in its life: Joining (WeaklyUp), Up, Leaving, Exiting, Removed; Down from anywhere.</summary>
public enum MemberStatus
{
    Joining = 0,
    Up = 1,
    Leaving = 2,
    Exiting = 3,
    Down = 4,
    Removed = 5,

    /// <summary>Joined while some members could not be reached: it can be used, but has no say in anything.</summary>
    WeaklyUp = 6,
}
