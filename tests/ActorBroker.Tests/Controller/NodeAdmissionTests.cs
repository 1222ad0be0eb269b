using System.Collections.Immutable;
using ActorBroker.Controller;
using Akka.Actor;
using Akka.Cluster;

namespace ActorBroker.Tests.Controller;

public sealed class NodeAdmissionTests
{
    private readonly ClusterPeers _peers = new(Address.Parse(FakeLeadership.AddressOf(2)));
    private readonly NodeAdmission _admission;
    private ImmutableSortedSet<Member> _members = [];
    private TimeSpan _now = TimeSpan.FromHours(1);

    public NodeAdmissionTests() => _admission = new NodeAdmission(_peers, () => _now);

    [Fact]
    public void Alone_and_not_a_member_yet_a_node_founds_nothing()
    {
        Assert.False(_admission.MayFound);
        Join(2, joined: 1);
        Assert.True(_admission.MayFound);
    }

    [Fact]
    public void Only_the_oldest_founds_and_only_when_all_others_know_of_no_cluster()
    {
        Join(2, joined: 1);
        Join(1, joined: 2);
        Join(3, joined: 3);
        Assert.False(_admission.MayFound);
        _admission.Answered(AddressOf(1), hasMetadata: false);
        Assert.False(_admission.MayFound);
        _admission.Answered(AddressOf(3), hasMetadata: true);
        Assert.False(_admission.MayFound);
        _admission.Answered(AddressOf(3), hasMetadata: false);
        Assert.True(_admission.MayFound);
    }

    [Fact]
    public void A_younger_node_founds_nothing()
    {
        Join(1, joined: 1);
        Join(2, joined: 2);
        _admission.Answered(AddressOf(1), hasMetadata: false);

        Assert.False(_admission.MayFound);
    }

    [Fact]
    public void An_accepted_node_serves_when_all_have_answered_or_had_their_time()
    {
        Join(2, joined: 1);
        Join(1, joined: 2);
        Assert.True(_admission.IsDue());
        Assert.False(_admission.IsDue());
        _admission.Accepted(AddressOf(2), 17);
        Assert.False(_admission.MayServe);

        _now += TimeSpan.FromSeconds(2);
        Assert.True(_admission.IsDue());
        Assert.False(_admission.MayServe);
        _now += TimeSpan.FromSeconds(2);
        Assert.True(_admission.MayServe);
        Assert.Equal(17, _admission.Version);
    }

    [Fact]
    public void A_node_that_nobody_accepted_serves_never()
    {
        Join(2, joined: 1);
        _ = _admission.IsDue();
        _now += TimeSpan.FromHours(1);

        Assert.False(_admission.MayServe);
    }

    private void Join(int node, int joined)
    {
        _members = _members.Add(FakeLeadership.MemberAt(node, FakeLeadership.AddressOf(node), joined));
        _peers.Follow(new ClusterEvent.CurrentClusterState(_members, [], [], null, ImmutableDictionary<string, Address?>.Empty));
    }

    private static Address AddressOf(int node) => Address.Parse(FakeLeadership.AddressOf(node));
}
