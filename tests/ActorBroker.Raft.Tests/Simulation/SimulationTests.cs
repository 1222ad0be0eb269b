using System.Globalization;
using System.Runtime.CompilerServices;
using Xunit.Abstractions;

namespace ActorBroker.Raft.Tests.Simulation;

/// <summary>Groups of 1 to 5 voters, learners and strangers on an unreliable network, with crashes, partitions, hand-overs and changes of
/// members, checked after every step. A failure names its seed: put it into Seeds/regressions.txt.</summary>
public sealed class SimulationTests(ITestOutputHelper output)
{
    /// <summary>A longer run, longer worlds, or one seed: set these in the environment.</summary>
    private static readonly int StepsPerWorld = Setting("RAFT_SIMULATION_WORLD", 5_000);
    private static readonly int StepsWanted = Setting("RAFT_SIMULATION_STEPS", 3_000_000);
    private static readonly int FirstSeed = Setting("RAFT_SIMULATION_SEED", 1);

    public static TheoryData<int> Regressions => [.. File.ReadLines(SeedsPath())
        .Select(line => line.Split('#')[0].Trim()).Where(line => line.Length > 0).Select(int.Parse)];

    /// <summary>What the steps must have brought about, or the simulation proves little.</summary>
    private static readonly string[] Occasions =
    [
        nameof(TruncateLog), nameof(StartOver), nameof(LeaderStartMoved), nameof(InstallRequest), nameof(TimeoutNow), nameof(TransferAborted),
        nameof(MembershipChanged), "RoleLeader", "RoleLearner", "RolePreCandidate", "RoleCandidate", "Crash", "LostDisk",
        .. Enum.GetNames<ChangeOutcome>().Where(name => name != nameof(ChangeOutcome.NotLeader)).Select(name => "Change" + name),
        .. Enum.GetNames<TransferOutcome>().Where(name => name != nameof(TransferOutcome.NotLeader)).Select(name => "Transfer" + name),
    ];

    [Fact]
    public void Millions_of_steps_of_trouble_break_no_promise()
    {
        var counts = new Dictionary<string, long>();
        long steps = 0;
        for (var seed = FirstSeed; steps < StepsWanted; seed++)
        {
            var world = RunWorld(seed);
            steps += world.Steps;
            foreach (var (what, count) in world.Counts) counts[what] = counts.GetValueOrDefault(what) + count;
        }

        output.WriteLine($"{steps} steps: " + string.Join(", ", counts.OrderBy(count => count.Key).Select(count => $"{count.Value} {count.Key}")));
        Assert.All(Occasions, what => Assert.True(counts.GetValueOrDefault(what) >= 20, $"only {counts.GetValueOrDefault(what)} times {what}"));
    }

    [Theory]
    [MemberData(nameof(Regressions))]
    public void A_seed_that_once_failed_does_not_fail(int seed) => RunWorld(seed);

    [Theory]
    [InlineData(nameof(RaftFault.CommitsOldEpochs), 2200)]
    [InlineData(nameof(RaftFault.VotesTwice), 1)]
    [InlineData(nameof(RaftFault.VotesForShorterLogs), 1)]
    [InlineData(nameof(RaftFault.CountsUndurable), 1)]
    [InlineData(nameof(RaftFault.SkipsLogMatching), 1)]
    [InlineData(nameof(RaftFault.AcknowledgesUndurable), 1)]
    [InlineData(nameof(RaftFault.ChangesTogether), 600)]
    [InlineData(nameof(RaftFault.ForgetsLeader), 1)]
    [InlineData(nameof(RaftFault.TransfersEarly), 1)]
    public void A_core_without_one_of_its_rules_is_caught(string fault, int firstSeed) =>
        AssertCaught(Enum.Parse<RaftFault>(fault), HarnessFault.None, firstSeed);

    [Theory]
    [InlineData(HarnessFault.PersistsNothing)]
    [InlineData(HarnessFault.FlushesNothing)]
    public void A_disk_that_lies_is_caught(HarnessFault fault) => AssertCaught(RaftFault.None, fault);

    [Fact]
    public void The_same_seed_gives_the_same_history()
    {
        Assert.Equal(Trace(7), Trace(7));

        static string Trace(int seed)
        {
            var world = new ChaosWorld(seed, isTracing: true);
            world.Run(2_000);
            return world.TraceText;
        }
    }

    /// <param name="firstSeed">Where to look first: some rules matter in rare cases only.</param>
    private void AssertCaught(RaftFault fault, HarnessFault harnessFault, int firstSeed = 1)
    {
        const int WorldsMax = 6000;
        for (var seed = firstSeed; seed < firstSeed + WorldsMax; seed++)
        {
            var noticed = Record.Exception(() => new ChaosWorld(seed, fault, harnessFault).Run(StepsPerWorld));
            if (noticed is PromiseBrokenException or InvariantException)
            {
                output.WriteLine($"seed {seed}: {noticed.Message}");
                return;
            }
        }

        Assert.Fail($"{fault} {harnessFault} went unnoticed in {WorldsMax} worlds.");
    }

    private static int Setting(string name, int otherwise) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;

    private static ChaosWorld RunWorld(int seed)
    {
        var world = new ChaosWorld(seed);
        try
        {
            world.Run(StepsPerWorld);
            return world;
        }
        catch (Exception failure)
        {
            var again = new ChaosWorld(seed, isTracing: true);
            _ = Record.Exception(() => again.Run(StepsPerWorld));
            throw new PromiseBrokenException($"seed {seed}, step {world.Steps}: {failure.Message}\n{again.TraceText}\n"
                + $"Again: RAFT_SIMULATION_SEED={seed} RAFT_SIMULATION_STEPS=1 dotnet test tests/ActorBroker.Raft.Tests --filter Millions", failure);
        }
    }

    private static string SeedsPath([CallerFilePath] string source = "") => Path.Combine(Path.GetDirectoryName(source)!, "Seeds", "regressions.txt");
}
