using System.Collections.Immutable;
using Akka.Actor;
using Akka.Event;
using Akka.Remote;
using Akka.Util;

namespace Akka.Cluster;

/// <summary>What members tell each other. Written by the serializer with number 5.</summary>
internal interface IClusterMessage : IDeadLetterSuppression;

/// <summary>Question of a system that wants to join: do you have a cluster? Answered by <see cref="InitJoinAck"/> or <see cref="InitJoinNack"/>.</summary>
internal sealed record InitJoin : IClusterMessage
{
    public static readonly InitJoin Instance = new();
}

/// <summary>Reply: yes.</summary>
internal sealed record InitJoinAck(Address Address) : IClusterMessage;

/// <summary>Reply: not yet.</summary>
internal sealed record InitJoinNack(Address Address) : IClusterMessage;

/// <summary>Command: take this system in. Answered by <see cref="Welcome"/>, or not at all.</summary>
internal sealed record Join(UniqueAddress Node, ImmutableHashSet<string> Roles, AppVersion AppVersion) : IClusterMessage;

/// <summary>Reply: the system is a member of this cluster.</summary>
internal sealed record Welcome(UniqueAddress From, Gossip Gossip) : IClusterMessage;

/// <summary>The cluster as its sender knows it.</summary>
internal sealed record GossipEnvelope(UniqueAddress From, UniqueAddress To, Gossip Gossip) : IClusterMessage;

/// <summary>Which version its sender has; whoever has another answers.</summary>
internal sealed record GossipStatus(UniqueAddress From, VectorClock Version, int SeenHash) : IClusterMessage;

/// <summary>Command: the member at this address shall leave.</summary>
internal sealed record LeaveMember(Address Address) : IClusterMessage;

/// <summary>Command: the member at this address is lost.</summary>
internal sealed record DownMember(Address Address) : IClusterMessage;

/// <summary>An exiting member has done everything that it had to do.</summary>
internal sealed record ExitingConfirmed(UniqueAddress Address) : IClusterMessage;

/// <summary>Are you there? Answered by <see cref="HeartbeatRsp"/>.</summary>
internal sealed record Heartbeat(Address From, long SequenceNr, long CreationTime) : IClusterMessage, IPriorityMessage;

/// <summary>Reply: yes.</summary>
internal sealed record HeartbeatRsp(UniqueAddress From, long SequenceNr, long CreationTime) : IClusterMessage, IPriorityMessage;
