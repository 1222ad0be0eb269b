using System.Collections.Immutable;
using Akka.Actor;
using Akka.Cluster;
using Akka.Configuration;
using Akka.TestKit;
using Akka.TestKit.Xunit2;

namespace ActorBroker.Akka.Tests.Cluster;

/// <summary>Whole systems in one process.</summary>
public sealed class ClusterTests : TestKit
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(15);
    private readonly List<ActorSystem> _systems = [];

    [Fact]
    public async Task The_first_seed_founds_a_cluster_and_the_others_join_it()
    {
        var clusters = Start(3);
        await AllUp(clusters);
        Assert.Equal(3, clusters[0].State.Members.Count);
        Assert.All(clusters, cluster => Assert.Equal(clusters[0].State.Leader, cluster.State.Leader));
        var oldest = clusters[1].State.Members.Order(Member.AgeOrdering).First();
        Assert.Equal(clusters[0].SelfAddress, oldest.Address);
        Assert.Contains("role-1", clusters[2].State.Members.Single(member => member.Address.Equals(clusters[1].SelfAddress)).Roles);
        Assert.Equal("1.2.3", oldest.AppVersion.Version);
    }

    [Fact]
    public async Task A_subscriber_gets_the_present_state_and_then_events()
    {
        var clusters = Start(1);
        await AllUp(clusters);
        var probe = new TestProbe(clusters[0].System, Assertions);
        clusters[0].Subscribe(probe.Ref, typeof(ClusterEvent.IMemberEvent), typeof(ClusterEvent.UnreachableMember));
        Assert.Equal(clusters[0].SelfAddress, Assert.Single(probe.ExpectMsg<ClusterEvent.CurrentClusterState>(Soon).Members).Address);
        var second = Start(1, clusters[0].SelfAddress)[0];
        Assert.Equal(second.SelfAddress, probe.ExpectMsg<ClusterEvent.MemberJoined>(Soon).Member.Address);
        Assert.Equal(second.SelfAddress, probe.ExpectMsg<ClusterEvent.MemberUp>(Soon).Member.Address);
        var late = new TestProbe(clusters[0].System, Assertions);
        clusters[0].Subscribe(late.Ref, ClusterEvent.SubscriptionInitialStateMode.InitialStateAsEvents, typeof(ClusterEvent.MemberUp));
        Assert.Equal(
            new[] { clusters[0].SelfAddress, second.SelfAddress }.ToHashSet(),
            [late.ExpectMsg<ClusterEvent.MemberUp>(Soon).Member.Address, late.ExpectMsg<ClusterEvent.MemberUp>(Soon).Member.Address]);

        clusters[0].Leave(second.SelfAddress);
        probe.ExpectMsg<ClusterEvent.MemberLeft>(Soon);
        probe.ExpectMsg<ClusterEvent.MemberExited>(Soon);
        Assert.Equal(MemberStatus.Exiting, probe.ExpectMsg<ClusterEvent.MemberRemoved>(Soon).PreviousStatus);
        await second.System.WhenTerminated.WaitAsync(Soon);
        Assert.True(second.IsTerminated);
    }

    [Fact]
    public async Task A_system_that_terminates_leaves_first()
    {
        var clusters = Start(3);
        await AllUp(clusters);
        var removed = new TaskCompletionSource();
        clusters[2].RegisterOnMemberRemoved(removed.SetResult);
        await clusters[2].System.Terminate().WaitAsync(Soon);
        await removed.Task.WaitAsync(Soon);
        await Until(() => clusters[..2].All(cluster => cluster.State.Members.Count == 2 && cluster.State.Unreachable.IsEmpty));
    }

    [Fact]
    public async Task A_member_that_falls_silent_is_unreachable_and_then_downed_by_the_majority()
    {
        var clusters = Start(3);
        await AllUp(clusters);
        var probe = new TestProbe(clusters[0].System, Assertions);
        clusters[0].Subscribe(probe.Ref, typeof(ClusterEvent.UnreachableMember), typeof(ClusterEvent.MemberRemoved));
        probe.ExpectMsg<ClusterEvent.CurrentClusterState>(Soon);
        Silence(clusters[2].System);
        Assert.Equal(clusters[2].SelfAddress, probe.ExpectMsg<ClusterEvent.UnreachableMember>(Soon).Member.Address);
        Assert.Equal(MemberStatus.Down, probe.ExpectMsg<ClusterEvent.MemberRemoved>(Soon).PreviousStatus);
        await Until(() => clusters[..2].All(cluster => cluster.State.Members.Count == 2));
    }

    [Fact]
    public async Task Leaving_and_downing_end_the_member_that_is_meant()
    {
        var clusters = Start(3);
        await AllUp(clusters);
        clusters[0].Down(clusters[1].SelfAddress);
        await clusters[1].System.WhenTerminated.WaitAsync(Soon);
        await clusters[2].LeaveAsync().WaitAsync(Soon);
        await clusters[2].System.WhenTerminated.WaitAsync(Soon);
        await Until(() => clusters[0].State.Members.Count == 1);
        await clusters[2].LeaveAsync().WaitAsync(Soon);
    }

    [Fact]
    public async Task Joining_by_hand_is_possible_once()
    {
        var first = Make([]);
        var second = Make([]);
        Assert.Equal(MemberStatus.Removed, first.SelfMember.Status);
        await first.JoinAsync(first.SelfAddress).WaitAsync(Soon);
        await second.JoinSeedNodesAsync([first.SelfAddress]).WaitAsync(Soon);
        second.Join(second.SelfAddress);
        await Until(() => second.State.Members.Count == 2 && second.IsUp);
        Assert.Equal(first.SelfAddress, second.RemotePathOf(second.System.DeadLetters).Address is var address && address.Equals(second.SelfAddress) ? first.SelfAddress : address);
    }

    [Fact]
    public void Wrong_settings_name_the_key()
    {
        var wrong = new Dictionary<string, string>
        {
            ["akka.cluster.seed-nodes = [\"akka.tcp://other@127.0.0.1:1\"]"] = "the names must be the same",
            ["akka.cluster.seed-nodes = [\"nonsense\"]"] = "akka.cluster.seed-nodes",
            ["akka.cluster.gossip-interval = 0s"] = "gossip-interval",
            ["akka.cluster.downing-provider-class = \"No.Such\""] = "downing-provider-class",
            ["akka.cluster.split-brain-resolver.active-strategy = guess"] = "active-strategy",
        };
        foreach (var (hocon, part) in wrong)
        {
            var thrown = Assert.ThrowsAny<Exception>(() => _systems.Add(ActorSystem.Create("clustered", ConfigurationFactory.ParseString(hocon).WithFallback(Base(0)))));
            Assert.Contains(part, thrown.ToString(), StringComparison.Ordinal);
        }
    }

    protected override void AfterAll()
    {
        Task.WaitAll([.. _systems.Select(system => system.Terminate())], TimeSpan.FromSeconds(30));
        base.AfterAll();
    }

    private static Config Base(int number) => ConfigurationFactory.ParseString($$"""
        akka.actor.provider = cluster
        akka.remote.dot-netty.tcp { hostname = "127.0.0.1", port = 0 }
        akka.loglevel = WARNING
        akka.cluster {
          roles = ["role-{{number}}"]
          app-version = "1.2.3"
          split-brain-resolver.stable-after = 1s
          failure-detector { heartbeat-interval = 200ms, acceptable-heartbeat-pause = 1s }
          unreachable-nodes-reaper-interval = 200ms
        }
        akka.log-dead-letters = off
        """).WithFallback(DefaultConfig);

    /// <summary>The daemon hears and says nothing more, as when its machine is gone.</summary>
    private static void Silence(ActorSystem system) => system.ActorSelection("/system/cluster").Tell(PoisonPill.Instance);

    private static async Task AllUp(global::Akka.Cluster.Cluster[] clusters) =>
        await Until(() => clusters.All(cluster => cluster.State.Members.Count == clusters.Length && cluster.State.Members.All(member => member.Status == MemberStatus.Up)));

    private static async Task Until(Func<bool> condition)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        using var limit = new CancellationTokenSource(Soon);
        while (!condition())
        {
            await timer.WaitForNextTickAsync(limit.Token);
        }
    }

    private global::Akka.Cluster.Cluster[] Start(int count, Address? seed = null)
    {
        var first = Make(seed is null ? [] : [seed]);
        if (seed is null)
        {
            first.Join(first.SelfAddress);
        }

        return [first, .. Enumerable.Range(1, count - 1).Select(number => Make([seed ?? first.SelfAddress], number))];
    }

    private global::Akka.Cluster.Cluster Make(ImmutableArray<Address> seeds, int number = 0)
    {
        var system = ActorSystem.Create("clustered", Base(number));
        _systems.Add(system);
        var cluster = global::Akka.Cluster.Cluster.Get(system);
        cluster.JoinSeedNodes(seeds);
        return cluster;
    }
}
