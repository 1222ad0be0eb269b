namespace ActorBroker.Raft.Tests.Simulation;

/// <summary>What happens to a group: proposals, crashes, partitions, hand-overs, changes of members, deleted log starts.</summary>
internal sealed class Chaos(ChaosWorld world)
{
    private readonly int _proposalsEvery = world.Random.Next(3) == 0 ? world.Random.Next(300, 5000) : world.Random.Next(10, 300);
    private readonly int _troubleEvery = world.Random.Next(50, 1500);
    private readonly bool _changesMembers = world.Random.Next(2) == 0;
    private readonly bool _deletes = world.Random.Next(2) == 0;
    private readonly bool _crashes = world.Random.Next(4) > 0;
    private bool _losesDisk = world.Random.Next(4) == 0;
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
                if (Pick(node => node.IsAlive && Random.Next(4) == 0) is { } eager) eager.Stand();
                break;
            case 6 when Pick(node => node.Leads) is { } leader:
                leader.Transfer(Any().Id);
                break;
            case 7 or 8 when _changesMembers && Pick(node => node.Leads) is { } leader:
                leader.Change(PickChange(leader));
                if (_cuts && Random.Next(3) == 0) CutOff(leader);
                break;
            case 9 when _deletes && Pick(node => node.IsAlive) is { } node:
                node.MoveLogStart(Random.NextInt64(node.Core.LogStart, node.Core.Commit + 1));
                break;
            default:
                break;
        }

        if (_losesDisk && Random.Next(20) == 0 && Pick(node => node.Leads) is { } working && working.Core.Membership.Membership.Voters.Length >= 3)
        {
            _losesDisk = false;
            world.Count("LostDisk");
            world.LoseDisk(Any());
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
        switch (Random.Next(3))
        {
            case 0 when Pick(node => node.Leads) is { } leader:
                CutOff(leader);
                break;
            case 1:
                CutLinks();
                break;
            default:
                CutInTwo();
                break;
        }
    }

    /// <summary>One node keeps at most one of the others.</summary>
    private void CutOff(SimNode node)
    {
        world.Network.Heal();
        var companion = Any();
        foreach (var other in world.Nodes.Where(other => other != node && other != companion))
        {
            world.Network.Cut(node.Id.Node, other.Id.Node);
            world.Network.Cut(other.Id.Node, node.Id.Node);
        }
    }

    /// <summary>Some pairs no longer hear each other, though all hear somebody.</summary>
    private void CutLinks()
    {
        world.Network.Heal();
        foreach (var from in world.Nodes)
        {
            foreach (var to in world.Nodes.Where(_ => Random.Next(4) == 0))
            {
                world.Network.Cut(from.Id.Node, to.Id.Node);
                if (Random.Next(2) == 0) world.Network.Cut(to.Id.Node, from.Id.Node);
            }
        }
    }

    private void CutInTwo()
    {
        world.Network.Heal();
        var side = world.Nodes.Select(node => node.Id.Node).Distinct().ToDictionary(node => node, _ => Random.Next(2));
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

    /// <summary>Mostly one that fits.</summary>
    private MembershipChange PickChange(SimNode leader)
    {
        var membership = leader.Core.Membership.Membership;
        var lost = membership.Voters.Concat(membership.Learners).Where(id => world.Find(id)!.IsLost).ToArray();
        if (lost.Length > 0)
        {
            return new MembershipChange(ChangeKind.Remove, lost[0]);
        }

        var replica = Any().Id;
        var isOdd = Random.Next(8) == 0;
        return new MembershipChange(
            isOdd ? (ChangeKind)Random.Next(4)
                : membership.IsLearner(replica) ? (Random.Next(4) == 0 ? ChangeKind.Remove : ChangeKind.Promote)
                : !membership.IsVoter(replica) ? ChangeKind.AddLearner
                : Random.Next(2) == 0 ? ChangeKind.Remove : ChangeKind.Demote,
            replica);
    }

    private SimNode Any() => world.Nodes[Random.Next(world.Nodes.Count)];

    private SimNode? Pick(Func<SimNode, bool> isFit)
    {
        var fit = world.Nodes.Where(isFit).ToArray();
        return fit.Length == 0 ? null : fit[Random.Next(fit.Length)];
    }
}
