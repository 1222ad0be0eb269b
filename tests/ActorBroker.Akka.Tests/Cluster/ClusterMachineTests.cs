using Akka.Actor;

namespace ActorBroker.Akka.Tests.Cluster;

public sealed class ClusterMachineTests : IDisposable
{
    private readonly ActorSystem _system = ActorSystem.Create("machine");

    public void Dispose() => _system.Terminate().Wait();

    [Fact]
    public void Three_that_start_together_are_up_within_seconds()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var simulation = Simulation(seed);
            simulation.Start(1, 1, 2, 3);
            simulation.Start(2, 1, 2, 3);
            simulation.Start(3, 1, 2, 3);
            AssertSettled(simulation, seed, TimeSpan.FromSeconds(4));
        }
    }

    [Fact]
    public void Any_order_of_joins_leaves_and_crashes_with_losses_comes_to_rest()
    {
        for (var seed = 0; seed < 150; seed++)
        {
            var simulation = Simulation(seed);
            var random = new Random(seed);
            simulation.Loss = random.Next(3) * 0.1;
            simulation.Start(1, 1);
            simulation.Run(TimeSpan.FromSeconds(1));
            for (var step = 0; step < 12; step++)
            {
                Step(simulation, random);
                simulation.Run(TimeSpan.FromMilliseconds(random.Next(3000)));
            }

            DownTheLost(simulation);
            AssertSettled(simulation, seed, TimeSpan.FromSeconds(60));
        }
    }

    [Fact]
    public void A_node_that_is_started_again_replaces_its_old_life()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var simulation = Simulation(seed);
            var nodes = Enumerable.Range(1, 3).Select(number => simulation.Start(number, 1, 2, 3)).ToArray();
            AssertSettled(simulation, seed, TimeSpan.FromSeconds(3));
            simulation.Crash(nodes[seed % 3]);
            simulation.Run(TimeSpan.FromMilliseconds(seed * 300));
            simulation.Start((seed % 3) + 1, 1, 2, 3);
            AssertSettled(simulation, seed, TimeSpan.FromSeconds(10));
        }
    }

    [Fact]
    public void A_partition_that_heals_is_forgotten()
    {
        for (var seed = 0; seed < 10; seed++)
        {
            var simulation = Simulation(seed);
            var nodes = Enumerable.Range(1, 5).Select(number => simulation.Start(number, 1)).ToArray();
            AssertSettled(simulation, seed, TimeSpan.FromSeconds(10));
            simulation.Cut(nodes[..2], nodes[2..]);
            simulation.Run(TimeSpan.FromSeconds(15));
            Assert.All(nodes, node => Assert.False(node.Machine.State.Gossip.Reachability.IsAllReachable));
            simulation.Heal();
            AssertSettled(simulation, seed, TimeSpan.FromSeconds(30));
        }
    }

    [Fact]
    public void Who_was_removed_by_the_others_hears_of_it_when_the_link_is_back()
    {
        var simulation = Simulation(1);
        var nodes = Enumerable.Range(1, 3).Select(number => simulation.Start(number, 1)).ToArray();
        AssertSettled(simulation, 1, TimeSpan.FromSeconds(10));
        simulation.Cut(nodes[..1], nodes[1..]);
        simulation.Run(TimeSpan.FromSeconds(10));
        nodes[1].Machine.Down(nodes[0].Address);
        Assert.True(simulation.RunUntil(() => nodes[2].Machine.State.Gossip.Members.Count == 2, TimeSpan.FromSeconds(20)), simulation.Describe());
        simulation.Heal();
        nodes[0].Machine.Down(nodes[1].Address);
        Assert.False(nodes[1].IsOver);
        simulation.Run(TimeSpan.FromSeconds(10));
        Assert.False(nodes[1].IsOver);
        Assert.Equal(2, nodes[1].Machine.State.Gossip.Members.Count);
    }

    [Fact]
    public void All_can_leave_at_once()
    {
        for (var seed = 0; seed < 10; seed++)
        {
            var simulation = Simulation(seed);
            var nodes = Enumerable.Range(1, 4).Select(number => simulation.Start(number, 1)).ToArray();
            AssertSettled(simulation, seed, TimeSpan.FromSeconds(10));
            foreach (var node in nodes)
            {
                node.Machine.Leave(node.Address);
            }

            Assert.True(simulation.RunUntil(() => !simulation.Running.Any(), TimeSpan.FromSeconds(20)), $"seed {seed}:\n{simulation.Describe()}");
        }
    }

    private static void Step(ClusterSimulation simulation, Random random)
    {
        var running = simulation.Running.ToArray();
        var number = random.Next(2, 9);
        switch (random.Next(4))
        {
            case 0 or 1 when running.All(node => !node.Address.Equals(ClusterSimulation.AddressOf(number))):
                simulation.Start(number, 1);
                break;
            case 2 when running.Length > 2:
                var leaving = running[random.Next(1, running.Length)];
                leaving.Machine.Leave(leaving.Address);
                break;
            case 3 when running.Length > 3:
                simulation.Crash(running[random.Next(1, running.Length)]);
                break;
        }
    }

    /// <summary>As an operator would.</summary>
    private static void DownTheLost(ClusterSimulation simulation)
    {
        simulation.Loss = 0;
        simulation.Run(TimeSpan.FromSeconds(12));
        var witness = simulation.Running.First();
        foreach (var member in witness.Machine.State.Gossip.Members.Where(member => !simulation.Running.Any(node => node.Machine.Self == member.UniqueAddress)))
        {
            witness.Machine.Down(member.Address);
        }
    }

    private static void AssertSettled(ClusterSimulation simulation, int seed, TimeSpan within) =>
        Assert.True(simulation.RunUntil(simulation.IsSettled, within), $"seed {seed}, not settled within {within}:\n{simulation.Describe()}");

    private ClusterSimulation Simulation(int seed) => new(seed, (ExtendedActorSystem)_system);
}
