using ActorBroker.Fuzz.Running;

namespace ActorBroker.Fuzz;

/// <summary>A run finds what it is there to find.</summary>
public sealed class FuzzRunTests
{
    private static readonly byte[] Right = [.. Enumerable.Range(0, 40).Select(number => (byte)number)];

    [Fact]
    public void An_exception_is_found_once_with_the_smallest_input()
    {
        using var target = new Fake(input =>
        {
            if (Array.IndexOf(input, (byte)0xff) >= 0) throw new InvalidOperationException("planted");
        });

        var finding = Assert.Single(new FuzzRun(target, 1).Run(0, 500, Assert.Fail));

        Assert.Contains("planted", finding.What, StringComparison.Ordinal);
        Assert.Equal([0xff], finding.Smallest);
        Assert.Contains($"--target fake --seed 1 --from {finding.Number} --inputs 1", finding.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_allocation_that_the_input_does_not_justify_is_found()
    {
        using var target = new Fake(input => GC.KeepAlive(new byte[input.Length > 50 ? 1 << 20 : 1]));

        Assert.Equal("allocation", Assert.Single(new FuzzRun(target, 1).Run(0, 500, Assert.Fail)).Kind);
    }

    [Fact]
    public void What_stays_is_growth()
    {
        var kept = new List<byte[]>();
        using var target = new Fake(_ => kept.Add(new byte[10_000]));
        var run = new FuzzRun(target, 1);

        Assert.Empty(run.Run(0, 500, Assert.Fail));

        Assert.InRange(run.Growth, 5_000_000, 7_000_000);
        GC.KeepAlive(kept);
    }

    [Fact]
    public void Right_bytes_that_fail_end_the_run()
    {
        using var target = new Fake(_ => throw new InvalidOperationException("planted"));

        Assert.Throws<InvalidOperationException>(() => new FuzzRun(target, 1).Run(0, 1, Assert.Fail));
    }

    private sealed class Fake(Action<byte[]> take) : FuzzTarget
    {
        public override string Name => "fake";

        public override IReadOnlyList<FuzzSeed> Seeds { get; } = [new FuzzSeed("right", Right)];

        public override void Try(FuzzSeed seed, byte[] input) => take(input);
    }
}
