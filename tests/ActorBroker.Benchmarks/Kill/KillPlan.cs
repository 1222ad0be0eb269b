using System.Globalization;

namespace ActorBroker.Benchmarks.Kill;

/// <summary>What a soak does.</summary>
/// <param name="Times">Kills.</param>
/// <param name="Seed">Decides when the node is killed and what the load is; not how the operating system schedules them.</param>
internal sealed record KillPlan(int Times, int Seed)
{
    /// <summary>A node is killed so long after it serves again ...</summary>
    public TimeSpan ServedMin { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>... to so long.</summary>
    public TimeSpan ServedMax { get; init; } = TimeSpan.FromMilliseconds(1_500);

    /// <summary>It serves again within this time. On a machine that does nothing else it is about a second.</summary>
    public TimeSpan StartMax { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>One start of so many ends by a kill before the node serves.</summary>
    public int StartsPerEarlyKill { get; init; } = 8;

    /// <summary>After one restart of so many the node is killed before everything can have been compared.</summary>
    public int RestartsPerHurry { get; init; } = 4;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"--times {Times} --seed {Seed}");
}
