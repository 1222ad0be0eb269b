using ActorBroker.Fuzz.Running;
using ActorBroker.Fuzz.Targets;
using Xunit.Abstractions;

namespace ActorBroker.Fuzz;

/// <summary>The short form: inputs of one seed, spread over all targets. Program.cs has the long one.</summary>
public sealed class FuzzTests(ITestOutputHelper output)
{
    private const int Seed = 20261121;
    private const int Inputs = 20_000;

    private static readonly Lazy<IReadOnlyDictionary<string, long>> Shares =
        new(() => AllTargets.Shares(Inputs).ToDictionary(share => share.Name, share => share.Count));

    public static TheoryData<string> Targets => [.. AllTargets.Makers.Keys];

    [Theory]
    [MemberData(nameof(Targets))]
    public void Mutated_bytes_crash_nothing_hang_nothing_and_leave_nothing_behind(string name)
    {
        using var target = AllTargets.Makers[name]();
        Assert.Equal(name, target.Name);
        var run = new FuzzRun(target, Seed);

        var findings = run.Run(0, Shares.Value[name], hung => throw new TimeoutException(hung));

        output.WriteLine($"seed {Seed}, {run.Tried} inputs, longest {run.Longest}, growth {run.Growth} bytes");
        Assert.True(findings.Count == 0, string.Join('\n', findings));
        Assert.InRange(run.Growth, long.MinValue, target.GrowthMax);
    }

    [Fact]
    public void An_input_can_be_made_again_by_its_number()
    {
        using var target = AllTargets.Makers["requests"]();

        var (seed, bytes) = new FuzzRun(target, 7).Make(1234);
        var (seedAgain, bytesAgain) = new FuzzRun(target, 7).Make(1234);
        var (_, other) = new FuzzRun(target, 7).Make(1235);

        Assert.Equal((seed, Convert.ToHexString(bytes)), (seedAgain, Convert.ToHexString(bytesAgain)));
        Assert.NotEqual(Convert.ToHexString(bytes), Convert.ToHexString(other));
    }
}
