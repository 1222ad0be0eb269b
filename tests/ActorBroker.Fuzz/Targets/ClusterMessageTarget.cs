using System.Collections.Immutable;
using System.Runtime.Serialization;
using ActorBroker.Fuzz.Running;
using Akka.Actor;
using Akka.Cluster;
using Akka.Cluster.Serialization;
using Akka.Util;

namespace ActorBroker.Fuzz.Targets;

/// <summary>What members of a cluster tell each other: joining, gossip, heartbeats.</summary>
internal sealed class ClusterMessageTarget : FuzzTarget
{
    private readonly ClusterMessageSerializer _serializer = new(null!);

    public ClusterMessageTarget() =>
        Seeds = [.. Messages().Select(message => new FuzzSeed(_serializer.Manifest(message), _serializer.ToBinary(message)))];

    public override string Name => "cluster-messages";

    public override IReadOnlyList<FuzzSeed> Seeds { get; }

    public override void Try(FuzzSeed seed, byte[] input)
    {
        try
        {
            var message = _serializer.FromBinary(input, seed.Name);
            _serializer.ToBinary(message);
            if (message is GossipEnvelope { Gossip: var gossip })
            {
                // What a member does with it first.
                var own = ((GossipEnvelope)_serializer.FromBinary(seed.Bytes, "GE")).Gossip;
                _ = own.Merge(gossip);
                _ = gossip.Merge(own);
            }
        }
        catch (SerializationException)
        {
            // Refused, as it may be.
        }
    }

    /// <summary>Trees of members, and two merges.</summary>
    public override long AllocatedMax(FuzzSeed seed, int inputBytes) => 10 * base.AllocatedMax(seed, inputBytes);

    private static UniqueAddress Node(int number) => new(new Address("akka.tcp", "ActorBroker", $"host-{number}", 2551), 1000 + number);

    private static object[] Messages()
    {
        var (one, two, three) = (Node(1), Node(2), Node(3));
        var version = AppVersion.Create("1.2.3");
        var gossip = new Gossip(
            [new Member(one, 1, MemberStatus.Up, ["dc-default", "broker"], version), new Member(two, 2, MemberStatus.Leaving, ["broker"], version), new Member(three, int.MaxValue, MemberStatus.Joining, [], AppVersion.Zero)],
            [one, two],
            Reachability.Empty.Unreachable(one, three),
            VectorClock.Empty.Increment(one).Increment(one).Increment(two),
            ImmutableSortedDictionary<UniqueAddress, long>.Empty.Add(Node(4), 1_700_000_000_000));
        return
        [
            InitJoin.Instance, new InitJoinAck(one.Address), new InitJoinNack(one.Address), new Join(three, ["broker"], version), new Welcome(one, gossip),
            new GossipEnvelope(one, two, gossip), new GossipStatus(one, gossip.Version, 77), new LeaveMember(two.Address), new DownMember(two.Address),
            new ExitingConfirmed(two), new Heartbeat(one.Address, 5, 6), new HeartbeatRsp(one, 5, 6),
        ];
    }
}
