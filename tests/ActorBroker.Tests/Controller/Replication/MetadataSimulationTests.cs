using System.Globalization;
using Xunit.Abstractions;

namespace ActorBroker.Tests.Controller.Replication;

public sealed class MetadataSimulationTests(ITestOutputHelper output)
{
    /// <summary>More seeds, or one: set these in the environment.</summary>
    private static readonly int FirstSeed = Setting("METADATA_SIMULATION_SEED", 1);
    private static readonly int Seeds = Setting("METADATA_SIMULATION_SEEDS", 200);
    private static readonly int TroubleMs = Setting("METADATA_SIMULATION_MS", 20_000);

    /// <summary>What must have happened, or the simulation proves little.</summary>
    private static readonly string[] Occasions = ["crash", "disk failure", "snapshot", "fetch", "from snapshot", "leader", "committed", "refused"];

    [Fact]
    public void What_is_committed_stays_and_is_the_same_everywhere()
    {
        var counts = new Dictionary<string, int>();
        for (var seed = FirstSeed; seed < FirstSeed + Seeds; seed++)
        {
            var world = Run(seed);
            foreach (var (what, count) in world.Counts)
            {
                counts[what] = counts.GetValueOrDefault(what) + count;
            }
        }

        output.WriteLine(string.Join(", ", counts.OrderBy(count => count.Key).Select(count => $"{count.Value} {count.Key}")));
        if (Seeds >= 100)
        {
            Assert.All(Occasions, what => Assert.True(counts.GetValueOrDefault(what) >= 20, $"only {counts.GetValueOrDefault(what)} times {what}"));
        }
    }

    private static MetadataWorld Run(int seed)
    {
        var world = new MetadataWorld(seed);
        try
        {
            world.Run(TroubleMs);
            return world;
        }
        catch (Exception failure)
        {
            throw new InvalidOperationException($"seed {seed}, at {world.Time.Now} ms: {failure.Message}\n"
                + $"Again: METADATA_SIMULATION_SEED={seed} METADATA_SIMULATION_SEEDS=1 dotnet test tests/ActorBroker.Tests --filter MetadataSimulation", failure);
        }
    }

    private static int Setting(string name, int otherwise) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
