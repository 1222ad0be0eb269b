namespace ActorBroker.Raft.Tests.Simulation;

/// <summary>What happens to a group: proposals, crashes, partitions, hand-overs, changes of members, deleted log starts.</summary>
internal sealed class Chaos(World world)
{
    private readonly int _proposalsEvery = world.Random.Next(10, 300);
    private readonly int _troubleEvery = world.Random.Next(200, 3000);
    private readonly bool _changesMembers = world.Random.Next(2) == 0;
    private readonly bool _deletes = world.Random.Next(2) == 0;
    private readonly bool _crashes = world.Random.Next(4) > 0;
    private readonly bool _cuts = world.Random.Next(4) > 0;

    private Random Random => world.Random;

    public void Begin()
    {
        Repeat(_proposalsEvery, Propose);
        Repeat(_troubleEvery, MakeTrouble);
    }

    private void Repeat(int every, Action action) => world.At(world.Now + Random.Next(1, 2 * every), () =>
    {
        if (!world.IsCalm)
        {
            action();
            Repeat(every, action);
        }
    });

    private void Propose()
    {
        if (Pick(node => node.Leads) is { } leader)
        {
            leader.Propose(Random.Next(1, 5));
        }
    }

    private void MakeTrouble()
    {
        switch (Random.Next(10))
        {
            case 0 or 1 when _crashes && Pick(node => node.IsAlive) is { } victim:
                victim.Crash();
                StartLater(victim, Random.Next(2) == 0 ? 50 : 5000);
                break;
            case 2 when _crashes && Random.Next(4) == 0:
                CrashAll();
                break;
            case 3 or 4 when _cuts:
                CutSomewhere();
                break;
            case 5:
                world.Network.Heal();
                break;
            case 6 when Pick(node => node.Leads) is { } leader:
                leader.Transfer(Any().Id);
                break;
            case 7 or 8 when _changesMembers && Pick(node => node.Leads) is { } leader:
                leader.Change(new MembershipChange((ChangeKind)Random.Next(4), Any().Id));
                break;
            case 9 when _deletes && Pick(node => node.IsAlive) is { } node:
                node.MoveLogStart(Random.NextInt64(node.Core.LogStart, node.Core.Commit + 1));
                break;
            default:
                break;
        }

        // Whoever died between two effects comes back, too.
        foreach (var dead in world.Nodes)
        {
            if (!dead.IsAlive && Random.Next(8) == 0) world.StartNode(dead);
        }
    }

    private void CrashAll()
    {
        foreach (var node in world.Nodes)
        {
            node.Crash();
            StartLater(node, 500);
        }
    }

    private void StartLater(SimNode node, int momentsMax) => world.At(world.Now + Random.Next(1, momentsMax), () => world.StartNode(node));

    private void CutSomewhere()
    {
        world.Network.Heal();
        var side = world.Nodes.ToDictionary(node => node.Id.Node, _ => Random.Next(2));
        var isOneWay = Random.Next(3) == 0;
        foreach (var from in world.Nodes)
        {
            foreach (var to in world.Nodes)
            {
                var (a, b) = (side[from.Id.Node], side[to.Id.Node]);
                if (a != b && (!isOneWay || a == 0)) world.Network.Cut(from.Id.Node, to.Id.Node);
            }
        }
    }

    private SimNode Any() => world.Nodes[Random.Next(world.Nodes.Length)];

    private SimNode? Pick(Func<SimNode, bool> isFit)
    {
        var fit = world.Nodes.Where(isFit).ToArray();
        return fit.Length == 0 ? null : fit[Random.Next(fit.Length)];
    }
}
