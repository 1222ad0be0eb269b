using System.Runtime.CompilerServices;

namespace ActorBroker.Raft.Tests.Simulation;

/// <summary>Groups of 1 to 5 voters, learners and strangers on an unreliable network, with crashes, partitions, hand-overs and changes of
/// members, checked after every step. A failure names its seed: put it into Seeds/regressions.txt.</summary>
public sealed class SimulationTests
{
    private const int StepsPerWorld = 5_000;

    public static TheoryData<int> Regressions => [.. File.ReadLines(SeedsPath())
        .Select(line => line.Split('#')[0].Trim()).Where(line => line.Length > 0).Select(int.Parse)];

    [Fact]
    public void A_million_steps_of_trouble_break_no_promise()
    {
        long steps = 0;
        for (var seed = 1; steps < 1_000_000; seed++)
        {
            steps += RunWorld(seed);
        }
    }

    [Theory]
    [MemberData(nameof(Regressions))]
    public void A_seed_that_once_failed_does_not_fail(int seed) => RunWorld(seed);

    [Theory]
    [InlineData(nameof(RaftFault.CommitsOldEpochs))]
    [InlineData(nameof(RaftFault.VotesTwice))]
    [InlineData(nameof(RaftFault.VotesForShorterLogs))]
    [InlineData(nameof(RaftFault.CountsUndurable))]
    [InlineData(nameof(RaftFault.SkipsLogMatching))]
    [InlineData(nameof(RaftFault.AcknowledgesUndurable))]
    [InlineData(nameof(RaftFault.ChangesTogether))]
    [InlineData(nameof(RaftFault.ChangesTooEarly))]
    [InlineData(nameof(RaftFault.ForgetsLeader))]
    [InlineData(nameof(RaftFault.TransfersEarly))]
    public void A_core_without_one_of_its_rules_is_caught(string fault) => AssertCaught(Enum.Parse<RaftFault>(fault), HarnessFault.None);

    [Theory]
    [InlineData(HarnessFault.PersistsNothing)]
    [InlineData(HarnessFault.ForgetsVote)]
    [InlineData(HarnessFault.FlushesNothing)]
    public void A_disk_that_lies_is_caught(HarnessFault fault) => AssertCaught(RaftFault.None, fault);

    [Fact]
    public void The_same_seed_gives_the_same_history()
    {
        Assert.Equal(Trace(7), Trace(7));

        static string Trace(int seed)
        {
            var world = new World(seed, isTracing: true);
            world.Run(2_000);
            return world.TraceText;
        }
    }

    private static void AssertCaught(RaftFault fault, HarnessFault harnessFault)
    {
        const int SeedsMax = 400;
        for (var seed = 1; seed <= SeedsMax; seed++)
        {
            try
            {
                new World(seed, fault, harnessFault).Run(StepsPerWorld);
            }
            catch (Exception)
            {
                return;    // noticed
            }
        }

        Assert.Fail($"{fault} {harnessFault} went unnoticed in {SeedsMax} worlds.");
    }

    private static long RunWorld(int seed)
    {
        var world = new World(seed);
        try
        {
            world.Run(StepsPerWorld);
            return world.Steps;
        }
        catch (Exception failure)
        {
            var again = new World(seed, isTracing: true);
            _ = Record.Exception(() => again.Run(StepsPerWorld));
            throw new PromiseBrokenException($"seed {seed}, step {world.Steps}: {failure.Message}\n{again.TraceText}", failure);
        }
    }

    private static string SeedsPath([CallerFilePath] string source = "") => Path.Combine(Path.GetDirectoryName(source)!, "Seeds", "regressions.txt");
}
