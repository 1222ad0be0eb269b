namespace ActorBroker.Fuzz.Running;

/// <summary>An input that did what none may do.</summary>
/// <param name="Kind">The same for inputs that fail in the same way.</param>
/// <param name="Smallest">As little of the input as fails in the same way.</param>
internal sealed record Finding(string Target, int Seed, long Number, string SeedName, string Kind, string What, byte[] Smallest)
{
    /// <summary>Bytes of an input that are printed; the command makes it again in any case.</summary>
    private const int PrintedBytesMax = 4096;

    public override string ToString() =>
        $"{Target}, seed {Seed}, input {Number}, made from {SeedName}: {What}\n"
        + $"  again: dotnet run -c Release --project tests/ActorBroker.Fuzz -- --target {Target} --seed {Seed} --from {Number} --inputs 1\n"
        + $"  smallest input, {Smallest.Length} bytes: {Convert.ToHexString(Smallest.AsSpan(0, Math.Min(Smallest.Length, PrintedBytesMax)))}";
}
