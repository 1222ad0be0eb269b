namespace Akka.Dispatch;

/// <summary>
/// What is ready to run in a simulated world: nothing runs until the simulator says so, on its thread, one at a time. With a
/// seed the next one is drawn by lot, the same for the same seed; without, it is the one that waits longest.
/// </summary>
/// <remarks>One queue may serve many systems. Not thread-safe: a simulated world has one thread.</remarks>
public sealed class DeterministicQueue
{
    private readonly List<IRunnable> _ready = [];
    private readonly Random? _lots;

    public DeterministicQueue()
    {
    }

    /// <param name="seed">Chooses the interleaving.</param>
    public DeterministicQueue(int seed) => _lots = new Random(seed);

    public int Count => _ready.Count;

    /// <summary>Runs one; false when none is ready.</summary>
    public bool RunOne()
    {
        if (_ready.Count == 0)
        {
            return false;
        }

        var chosen = _lots?.Next(_ready.Count) ?? 0;
        var next = _ready[chosen];
        _ready.RemoveAt(chosen);
        next.Run();
        return true;
    }

    /// <summary>Runs until none is ready.</summary>
    /// <returns>How many ran.</returns>
    /// <exception cref="InvalidOperationException">Still not quiet after <paramref name="runsMax"/>: something runs in circles.</exception>
    public int RunUntilIdle(int runsMax = int.MaxValue)
    {
        var runs = 0;
        while (RunOne())
        {
            if (++runs >= runsMax)
            {
                throw new InvalidOperationException($"Not idle after {runsMax} runs.");
            }
        }

        return runs;
    }

    internal void Add(IRunnable run) => _ready.Add(run);
}
