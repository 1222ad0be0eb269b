namespace ActorBroker.Raft.Tests.Simulation;

/// <summary>Loses, doubles, delays and reorders messages, and is cut where chaos says so.</summary>
internal sealed class Network(ChaosWorld world)
{
    private readonly HashSet<(int From, int To)> _cut = [];

    public double Loss { get; set; }

    public double Doubling { get; set; }

    public double Slowness { get; set; }

    public int DelayMax { get; set; } = 60;

    public void Cut(int from, int to) => _cut.Add((from, to));

    public void Heal() => _cut.Clear();

    /// <summary>From now on nothing is lost.</summary>
    public void BecomeReliable()
    {
        Heal();
        (Loss, Doubling, Slowness, DelayMax) = (0, 0, 0, 40);
    }

    public void Send(RaftMessage message, SimEntry[] entries)
    {
        Deliver(message, entries);
        if (world.Random.NextDouble() < Doubling)
        {
            Deliver(message, entries);
        }
    }

    private void Deliver(RaftMessage message, SimEntry[] entries)
    {
        if (world.Random.NextDouble() < Loss || _cut.Contains((message.From.Node, message.To.Node)))
        {
            return;
        }

        var delay = world.Random.NextDouble() < Slowness ? world.Random.Next(1, 3000) : world.Random.Next(1, DelayMax + 1);
        world.At(world.Now + delay, () =>
        {
            if (world.Find(message.To) is { IsAlive: true } node)
            {
                world.Count(message.GetType().Name);
                world.Trace($"{MessageText.Of(message)}");
                node.Receive(message, entries);
            }
        });
    }
}
