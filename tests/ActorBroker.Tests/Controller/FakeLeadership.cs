using System.Collections.Immutable;
using System.Reflection;
using ActorBroker.Controller;
using ActorBroker.Messages;
using Akka.Actor;
using Akka.Cluster;
using Akka.Event;
using Akka.Util;

namespace ActorBroker.Tests.Controller;

/// <summary>A leader whose metadata log does what the test says: proposals wait until they are committed or given up.</summary>
internal sealed class FakeLeadership : ILeadership
{
    public static readonly Guid ClusterId = new(1, 2, 3, new byte[8]);
    private readonly Queue<(IReadOnlyList<IMetadataEvent> Events, Action<bool>? Done)> _proposals = [];
    private readonly Dictionary<int, Member> _members = [];
    private ImmutableHashSet<int> _lost = [];
    private MetadataState _committed;
    private int _ids;

    /// <param name="nodes">Node 1 leads; all of them are registered and can be reached.</param>
    public FakeLeadership(int nodes = 3)
    {
        var settings = BrokerSettings.Read(NodeConfig.Build(new BrokerNodeOptions()));
        Settings = new ControllerSettings(
            new NodeImage(new NodeId(1), "localhost", 9092, null, AddressOf(1)),
            settings.TopicDefaults,
            DefaultPartitions: 2,
            PartitionsMax: 100,
            PartitionsTotalMax: 150,
            new ClusterLimits(4, 2, TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(5), TimeSpan.FromSeconds(20), TimeSpan.FromMinutes(1), 1000),
            () => new Guid(++_ids, 0, 0, new byte[8]),
            new Random(1));
        Peers = new ClusterPeers(Address.Parse(AddressOf(1)));
        _committed = MetadataState.Empty.Apply(new ClusterCreated(ClusterId));
        for (var node = 1; node <= nodes; node++)
        {
            _committed = _committed.Apply(Registered(node));
            Join(node);
        }

        Tip = _committed;
    }

    public ControllerSettings Settings { get; set; }

    public MetadataState Tip { get; private set; }

    public ClusterImage Committed => _committed.Image;

    /// <summary>Nodes whose replica of the metadata does not answer.</summary>
    public HashSet<NodeId> Silent { get; } = [];

    public bool IsHeard(NodeId node) => !Silent.Contains(node);

    public ClusterPeers Peers { get; }

    public ILoggingAdapter Log => NoLogger.Instance;

    public TimeSpan Now { get; set; } = TimeSpan.FromHours(1);

    /// <summary>To those who sent a command from this node.</summary>
    public List<IReply> Replies { get; } = [];

    /// <summary>Events that wait for their commit.</summary>
    public IEnumerable<IMetadataEvent> Proposed => _proposals.SelectMany(proposal => proposal.Events);

    public static CommandSender Sender { get; } = new(new Letterbox(), -1);

    public static string AddressOf(int node) => $"akka.tcp://actorbroker@10.0.0.{node}:2552";

    public static NodeRegistered Registered(int node) => new(node, 0, FolderOf(node), "localhost", 9092 + node, null, AddressOf(node));

    public static Guid FolderOf(int node) => new(1000 + node, 0, 0, new byte[8]);

    public void Propose(IReadOnlyList<IMetadataEvent> events, Action<bool>? done = null)
    {
        Tip = Tip.Apply(events, Tip.Image.Version);
        _proposals.Enqueue((events, done));
    }

    public void Reply(in CommandSender sender, IReply reply) => Replies.Add(reply);

    /// <summary>Commits what is proposed now, and what that leads to.</summary>
    /// <returns>The events.</returns>
    public IMetadataEvent[] Commit()
    {
        List<IMetadataEvent> all = [];
        while (_proposals.TryDequeue(out var proposal))
        {
            _committed = _committed.Apply(proposal.Events, _committed.Image.Version + 1);
            all.AddRange(proposal.Events);
            proposal.Done?.Invoke(true);
        }

        return [.. all];
    }

    /// <summary>Another leader is elected, who has nothing of what is proposed.</summary>
    public void Lose()
    {
        Tip = _committed;
        while (_proposals.TryDequeue(out var proposal))
        {
            proposal.Done?.Invoke(false);
        }
    }

    /// <summary>What another leader, or the test, has written.</summary>
    public void Have(params IMetadataEvent[] events)
    {
        Propose(events);
        Commit();
    }

    public T OneReply<T>()
        where T : IReply
    {
        var reply = Assert.IsType<T>(Assert.Single(Replies));
        Replies.Clear();
        return reply;
    }

    /// <summary>A topic whose partitions are on these nodes, each led there.</summary>
    public Guid HaveTopic(string name, params int[] nodes)
    {
        var id = new Guid(name.Length, 7, (short)name[0], new byte[8]);
        Have(
            [
                new TopicCreated(id, name, false, [.. nodes.Select(node => new[] { node })], []),
                .. nodes.Select((node, number) => new LeadersElected(node, [new LedTopic(id, [number], [1])])),
            ]);
        return id;
    }

    public PartitionImage Partition(string topic, int number) => Tip.Image.Topics[topic].Partitions[number];

    public void Lost(int node) => Follow(_lost.Add(node));

    public void Found(int node) => Follow(_lost.Remove(node));

    private void Join(int node)
    {
        _members[node] = MemberAt(node, AddressOf(node), node);
        Follow(_lost);
    }

    private void Follow(ImmutableHashSet<int> lost)
    {
        _lost = lost;
        Peers.Follow(new ClusterEvent.CurrentClusterState(
            [.. _members.Values], [.. lost.Select(node => _members[node])], [], null, ImmutableDictionary<string, Address?>.Empty));
    }

    /// <summary>A full member of the cluster, as Akka.Cluster tells of it.</summary>
    public static Member MemberAt(int node, string address, int upNumber)
    {
        var constructor = typeof(Member).GetConstructors(BindingFlags.Instance | BindingFlags.NonPublic).Single();
        return (Member)constructor.Invoke(
            [new UniqueAddress(Address.Parse(address), 100 + upNumber), upNumber, MemberStatus.Up, ImmutableHashSet.Create(ClusterPeers.RolePrefix + node), AppVersion.Zero]);
    }
}
