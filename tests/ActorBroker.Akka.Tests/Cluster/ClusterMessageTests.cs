using System.Collections.Immutable;
using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Cluster;
using Akka.Cluster.Serialization;
using Akka.Util;

namespace ActorBroker.Akka.Tests.Cluster;

public sealed class ClusterMessageTests : IDisposable
{
    private readonly ActorSystem _system = ActorSystem.Create("messages");
    private readonly ClusterMessageSerializer _serializer;

    public ClusterMessageTests() => _serializer = new ClusterMessageSerializer((ExtendedActorSystem)_system);

    public void Dispose() => _system.Terminate().Wait();

    [Fact]
    public void A_state_is_the_same_after_the_wire()
    {
        var gossip = Sample();
        var read = ((GossipEnvelope)RoundTrip(new GossipEnvelope(Node(1), Node(2), gossip))).Gossip;
        Assert.Equal(gossip.ToString(), read.ToString());
        Assert.Equal(gossip.Tombstones, read.Tombstones);
        Assert.Equal(Causality.Same, gossip.Version.CompareTo(read.Version));
        Assert.Equal(gossip.Seen, read.Seen);
    }

    [Fact]
    public void Every_other_message_is_the_same_after_the_wire()
    {
        IClusterMessage[] messages =
        [
            InitJoin.Instance, new InitJoinAck(Node(1).Address), new InitJoinNack(Node(1).Address), new LeaveMember(Node(3).Address), new DownMember(Node(3).Address),
            new ExitingConfirmed(Node(-5)), new Heartbeat(Node(1).Address, 7, 8), new HeartbeatRsp(Node(1), 7, 8),
        ];
        Assert.All(messages, message => Assert.Equal(message, RoundTrip(message)));
        var join = (Join)RoundTrip(new Join(Node(4), ["a", "b"], AppVersion.Create("1.2.3-x")));
        Assert.Equal(Node(4), join.Node);
        Assert.True(join.Roles.SetEquals(["a", "b"]));
        Assert.Equal("1.2.3-x", join.AppVersion.Version);
    }

    [Fact]
    public void Broken_bytes_are_refused_and_nothing_else_happens()
    {
        var random = new Random(3);
        var whole = _serializer.ToBinary(new GossipEnvelope(Node(1), Node(2), Sample()));
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = whole[..random.Next(whole.Length + 1)];
            for (var flips = random.Next(4); flips > 0 && bytes.Length > 0; flips--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            try
            {
                _serializer.FromBinary(bytes, random.Next(10) == 0 ? "J" : "GE");
            }
            catch (SerializationException)
            {
                // The only way in which it may fail.
            }
        }
    }

    [Fact]
    public void Versions_of_applications_are_ordered_as_people_order_them()
    {
        string[] ordered = ["0.9", "1.0-M1", "1.0-RC1", "1.0", "1.0.1", "1.2", "1.10", "2.0.0-1", "2.0.0"];
        Assert.Equal(ordered, ordered.Reverse().Select(AppVersion.Create).Order().Select(version => version.Version));
        Assert.Equal(AppVersion.Create("1.2"), AppVersion.Create("1.2.0"));
        Assert.Equal(AppVersion.Create("1.2").GetHashCode(), AppVersion.Create("1.2.0").GetHashCode());
        Assert.Throws<ArgumentException>(() => AppVersion.Create("1..2"));
    }

    private static UniqueAddress Node(int number) => new(new Address("akka.tcp", "sim", "host", 1000 + Math.Abs(number)), number);

    private static Gossip Sample() => new Gossip(
        [.. Enumerable.Range(1, 5).Select(number => new Member(Node(number), number == 5 ? int.MaxValue : number, (MemberStatus)(number % 5), ["r" + number], AppVersion.Create("1.0." + number)))],
        [Node(1), Node(3)],
        Reachability.Empty.Unreachable(Node(1), Node(2)).Unreachable(Node(1), Node(4)).Unreachable(Node(3), Node(2)).Reachable(Node(3), Node(2)),
        VectorClock.Empty.Increment(Node(1)).Increment(Node(2)).Increment(Node(2)),
        ImmutableSortedDictionary<UniqueAddress, long>.Empty.Add(Node(-9), 1234567890123));

    private object RoundTrip(IClusterMessage message) => _serializer.FromBinary(_serializer.ToBinary(message), _serializer.Manifest(message));
}
