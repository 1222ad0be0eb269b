using Akka.Actor;
using Akka.Event;

namespace Akka.Cluster;

/// <summary>Why a system is no member any more.</summary>
internal enum MembershipEnd
{
    Left,
    Downed,
    NotAdmitted,
}

/// <summary>What a <see cref="ClusterMachine"/> needs of the world.</summary>
internal interface IClusterHost
{
    /// <summary>Rises steadily.</summary>
    TimeSpan Now { get; }

    /// <summary>Milliseconds since 1970.</summary>
    long WallClockMs { get; }

    ILoggingAdapter Log { get; }

    /// <summary>Tells the cluster machine of another system; may be lost.</summary>
    void Send(Address to, IClusterMessage message);

    /// <summary>The state is another one now.</summary>
    void Changed(MembershipState before, MembershipState now);

    /// <summary>Have <see cref="ClusterMachine.SendChanges"/> called after this time.</summary>
    void SendChangesAfter(TimeSpan delay);

    /// <summary>This system is on its way out: <see cref="MembershipEnd.Left"/> when it is exiting, and has to confirm that when it is done.</summary>
    void Ending(MembershipEnd end);
}
