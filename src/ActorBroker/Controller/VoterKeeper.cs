using ActorBroker.Controller.Replication;
using ActorBroker.Messages;
using ActorBroker.Raft;

namespace ActorBroker.Controller;

/// <summary>Chooses, while this node leads the metadata log, who keeps it with a vote: up to five nodes that are there, one change at a time.</summary>
internal sealed class VoterKeeper(ILeadership leadership)
{
    public const int VotersMax = 5;

    /// <summary>A voter that is gone for so long is replaced, when there is somebody to take its place.</summary>
    private static readonly TimeSpan ReplacedAfter = TimeSpan.FromSeconds(10);

    private readonly Dictionary<int, TimeSpan> _missingSince = [];

    /// <summary>The next change of the group, and the order in which they are looked for: who is too much goes, who is new learns, who has
    /// caught up votes, who is lost is replaced.</summary>
    public MembershipChange? Next(MetadataReplica replica)
    {
        var image = leadership.Committed;
        var membership = replica.Membership;
        var wanted = image.Nodes.Values.OrderBy(node => node.Id.Value).Select(node => new ReplicaId(node.Id.Value, node.Incarnation)).ToArray();
        foreach (var learner in membership.Learners)
        {
            if (!wanted.Contains(learner))
            {
                return new MembershipChange(ChangeKind.Remove, learner);
            }
        }

        foreach (var voter in membership.Voters)
        {
            if (voter != replica.Self && !wanted.Contains(voter) && membership.Voters.Length > 1)
            {
                return new MembershipChange(ChangeKind.Remove, voter);
            }
        }

        foreach (var node in wanted)
        {
            if (!membership.Contains(node) && image.IsOnline(new NodeId(node.Node)))
            {
                return new MembershipChange(ChangeKind.AddLearner, node);
            }
        }

        return Leaving(replica, membership, image) ?? Promotion(replica, membership, image) ?? Replacement(replica, membership, image);
    }

    /// <summary>The voter that should lead instead, when this node is about to end.</summary>
    public ReplicaId? Successor(MetadataReplica replica) => replica.Followers
        .Where(follower => replica.Membership.IsVoter(follower.Id) && IsThere(leadership.Committed, follower.Id))
        .OrderByDescending(follower => follower.DurableEnd)
        .Select(follower => (ReplicaId?)follower.Id)
        .FirstOrDefault();

    /// <summary>A voter that leaves becomes a learner, so that the others' majority does not count on it.</summary>
    private static MembershipChange? Leaving(MetadataReplica replica, Membership membership, ClusterImage image)
    {
        if (!membership.Voters.Any(voter => IsThere(image, voter)))
        {
            return null;    // all of them leave
        }

        foreach (var voter in membership.Voters)
        {
            if (voter != replica.Self && image.Nodes.TryGetValue(new NodeId(voter.Node), out var node) && node.IsLeaving)
            {
                return new MembershipChange(ChangeKind.Demote, voter);
            }
        }

        return null;
    }

    private static MembershipChange? Promotion(MetadataReplica replica, Membership membership, ClusterImage image) =>
        membership.Voters.Length < VotersMax && Candidate(replica, membership, image) is { } candidate
            ? new MembershipChange(ChangeKind.Promote, candidate)
            : null;

    private MembershipChange? Replacement(MetadataReplica replica, Membership membership, ClusterImage image)
    {
        foreach (var voter in membership.Voters)
        {
            if (image.IsOnline(new NodeId(voter.Node)))
            {
                _missingSince.Remove(voter.Node);
            }
            else if (_missingSince.TryAdd(voter.Node, leadership.Now) is false && leadership.Now - _missingSince[voter.Node] >= ReplacedAfter
                && Candidate(replica, membership, image) is not null)
            {
                _missingSince.Remove(voter.Node);
                return new MembershipChange(ChangeKind.Demote, voter);
            }
        }

        return null;
    }

    private static ReplicaId? Candidate(MetadataReplica replica, Membership membership, ClusterImage image)
    {
        foreach (var follower in replica.Followers)
        {
            if (membership.IsLearner(follower.Id) && IsThere(image, follower.Id) && follower.State == ProgressState.Replicate)
            {
                return follower.Id;
            }
        }

        return null;
    }

    private static bool IsThere(ClusterImage image, ReplicaId replica) =>
        image.Nodes.TryGetValue(new NodeId(replica.Node), out var node) && node.Incarnation == replica.Incarnation && node.IsOnline && !node.IsLeaving;
}
