using System.Globalization;
using ActorBroker.Messages;
using Akka.Actor;
using Akka.Cluster;

namespace ActorBroker.Controller;

/// <summary>The nodes that Akka.Cluster knows, by number and by address. Says who can be reached, not who belongs to the cluster's metadata.</summary>
/// <remarks>Owner: the controller. A node says its number by a role, <c>node-3</c>.</remarks>
internal sealed class ClusterPeers(Address self)
{
    public const string RolePrefix = "node-";

    private readonly Dictionary<UniqueAddress, Peer> _members = [];
    private readonly HashSet<UniqueAddress> _unreachable = [];

    public Address Self { get; } = self;

    /// <summary>This node is a full member.</summary>
    public bool IsUp => _members.Values.Any(peer => peer.Member.Address.Equals(Self) && peer.Member.Status is MemberStatus.Up or MemberStatus.WeaklyUp);

    /// <summary>Nobody has been a member for longer than this node.</summary>
    public bool IsOldest => IsUp && !_members.Values.Any(peer => IsFull(peer) && !peer.Member.Address.Equals(Self)
        && peer.Member.IsOlderThan(_members.Values.First(own => own.Member.Address.Equals(Self)).Member));

    /// <summary>The other members, whatever their state.</summary>
    public IEnumerable<Address> Others => _members.Values.Select(peer => peer.Member.Address).Where(address => !address.Equals(Self)).Distinct();

    /// <summary>Takes over what Akka.Cluster knows now, as a whole.</summary>
    public void Follow(ClusterEvent.CurrentClusterState state)
    {
        _members.Clear();
        _unreachable.Clear();
        foreach (var member in state.Members)
        {
            Set(member);
        }

        foreach (var member in state.Unreachable)
        {
            _unreachable.Add(member.UniqueAddress);
        }
    }

    /// <summary>Whether a process at this address is a member, and is heard.</summary>
    public bool IsReachable(string address) => _members.Values.Any(peer => peer.Text == address && IsHeard(peer));

    /// <summary>Where a node is reached; several members with one number (a restart, a conflict) are told apart by
    /// <paramref name="registered"/>, the address that the image knows.</summary>
    public Address? Find(NodeId node, string registered)
    {
        Peer? found = null;
        foreach (var peer in _members.Values)
        {
            if (peer.Node == node && (found is null || peer.Text == registered || (found.Text != registered && IsHeard(peer))))
            {
                found = peer;
            }
        }

        return found?.Member.Address;
    }

    private static bool IsFull(Peer peer) => peer.Member.Status is MemberStatus.Up or MemberStatus.WeaklyUp or MemberStatus.Leaving;

    private bool IsHeard(Peer peer) => peer.Member.Status is not (MemberStatus.Down or MemberStatus.Removed or MemberStatus.Exiting)
        && !_unreachable.Contains(peer.Member.UniqueAddress);

    private void Set(Member member) => _members[member.UniqueAddress] = new Peer(member, NodeOf(member), member.Address.ToString());

    private static NodeId NodeOf(Member member)
    {
        foreach (var role in member.Roles)
        {
            if (role.StartsWith(RolePrefix, StringComparison.Ordinal)
                && int.TryParse(role.AsSpan(RolePrefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                return new NodeId(number);
            }
        }

        return NodeId.None;
    }

    private sealed record Peer(Member Member, NodeId Node, string Text);
}
