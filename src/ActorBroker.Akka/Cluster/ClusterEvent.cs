using System.Collections.Immutable;
using Akka.Actor;

namespace Akka.Cluster;

/// <summary>What happens in the cluster, as its subscribers hear it.</summary>
public static class ClusterEvent
{
    /// <summary>What a new subscriber gets first.</summary>
    public enum SubscriptionInitialStateMode
    {
        /// <summary>One <see cref="CurrentClusterState"/>.</summary>
        InitialStateAsSnapshot,

        /// <summary>The events that lead to the present state.</summary>
        InitialStateAsEvents,
    }

    /// <summary>Any event of the cluster.</summary>
    public interface IClusterDomainEvent;

    /// <summary>A member's status has changed.</summary>
    public interface IMemberEvent : IClusterDomainEvent
    {
        Member Member { get; }
    }

    /// <summary>A member cannot be reached any more, or again.</summary>
    public interface IReachabilityEvent : IClusterDomainEvent
    {
        Member Member { get; }
    }

    /// <summary>The cluster as this member knows it.</summary>
    public sealed class CurrentClusterState(
        ImmutableSortedSet<Member> members,
        ImmutableHashSet<Member> unreachable,
        ImmutableHashSet<Address> seenBy,
        Address? leader,
        ImmutableDictionary<string, Address?> roleLeaderMap) : INoSerializationVerificationNeeded
    {
        public CurrentClusterState()
            : this(ImmutableSortedSet<Member>.Empty, [], [], null, ImmutableDictionary<string, Address?>.Empty)
        {
        }

        public ImmutableSortedSet<Member> Members { get; } = members;

        public ImmutableHashSet<Member> Unreachable { get; } = unreachable;

        /// <summary>Who knows the cluster in just this state.</summary>
        public ImmutableHashSet<Address> SeenBy { get; } = seenBy;

        public Address? Leader { get; } = leader;

        public ImmutableHashSet<string> AllRoles => [.. RoleLeaders.Keys];

        internal ImmutableDictionary<string, Address?> RoleLeaders { get; } = roleLeaderMap;

        public Address? RoleLeader(string role) => RoleLeaders.GetValueOrDefault(role);
    }

    public abstract class MemberStatusChange : IMemberEvent, IEquatable<MemberStatusChange>
    {
        protected MemberStatusChange(Member member, MemberStatus status)
        {
            ArgumentNullException.ThrowIfNull(member);
            Member = member.Status == status
                ? member
                : throw new ArgumentException($"Expected {status} state, got: {member.Status}", nameof(member));
        }

        public Member Member { get; }

        public bool Equals(MemberStatusChange? other) => other?.GetType() == GetType() && Member.Equals(other.Member);

        public override bool Equals(object? obj) => Equals(obj as MemberStatusChange);

        public override int GetHashCode() => HashCode.Combine(GetType(), Member);

        public override string ToString() => $"{GetType().Name}(Member={Member})";
    }

    public sealed class MemberJoined(Member member) : MemberStatusChange(member, MemberStatus.Joining);

    public sealed class MemberWeaklyUp(Member member) : MemberStatusChange(member, MemberStatus.WeaklyUp);

    public sealed class MemberUp(Member member) : MemberStatusChange(member, MemberStatus.Up);

    public sealed class MemberLeft(Member member) : MemberStatusChange(member, MemberStatus.Leaving);

    public sealed class MemberExited(Member member) : MemberStatusChange(member, MemberStatus.Exiting);

    public sealed class MemberDowned(Member member) : MemberStatusChange(member, MemberStatus.Down);

    /// <param name="previousStatus">Before it was removed: <see cref="MemberStatus.Exiting"/> when it left, <see cref="MemberStatus.Down"/> when it was lost.</param>
    public sealed class MemberRemoved(Member member, MemberStatus previousStatus) : MemberStatusChange(member, MemberStatus.Removed)
    {
        public MemberStatus PreviousStatus { get; } = previousStatus;
    }

    /// <summary>Another member leads, or none that can be reached.</summary>
    public sealed class LeaderChanged(Address? leader) : IClusterDomainEvent
    {
        public Address? Leader { get; } = leader;

        public override bool Equals(object? obj) => obj is LeaderChanged other && Equals(Leader, other.Leader);

        public override int GetHashCode() => Leader?.GetHashCode() ?? 0;

        public override string ToString() => $"LeaderChanged(NewLeader={Leader})";
    }

    /// <summary>Another member leads those with a role.</summary>
    public sealed class RoleLeaderChanged(string role, Address? leader) : IClusterDomainEvent
    {
        public string Role { get; } = role;

        public Address? Leader { get; } = leader;

        public override bool Equals(object? obj) => obj is RoleLeaderChanged other && Role == other.Role && Equals(Leader, other.Leader);

        public override int GetHashCode() => HashCode.Combine(Role, Leader);

        public override string ToString() => $"RoleLeaderChanged(NewLeader={Leader}, Role={Role})";
    }

    /// <summary>This member is no more; the last event.</summary>
    public sealed class ClusterShuttingDown : IClusterDomainEvent
    {
        public static readonly ClusterShuttingDown Instance = new();

        private ClusterShuttingDown()
        {
        }
    }

    public abstract class ReachabilityEvent : IReachabilityEvent
    {
        protected ReachabilityEvent(Member member) => Member = member ?? throw new ArgumentNullException(nameof(member));

        public Member Member { get; }

        public override bool Equals(object? obj) => obj?.GetType() == GetType() && Member.Equals(((ReachabilityEvent)obj).Member);

        public override int GetHashCode() => HashCode.Combine(GetType(), Member);

        public override string ToString() => $"{GetType().Name}(Member={Member})";
    }

    /// <summary>Somebody's failure detector suspects it.</summary>
    public sealed class UnreachableMember(Member member) : ReachabilityEvent(member);

    /// <summary>Nobody suspects it any more.</summary>
    public sealed class ReachableMember(Member member) : ReachabilityEvent(member);
}
