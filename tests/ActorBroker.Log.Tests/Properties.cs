using FsCheck;
using FsCheck.Fluent;

namespace ActorBroker.Log.Tests;

/// <summary>Runs properties on random input that is the same in every run.</summary>
public static class Properties
{
    private const ulong Seed = 20_261_120, Gamma = 4_711;   // gamma must be odd

    private static readonly Config Same = Config.QuickThrowOnFailure.WithReplay(Seed, Gamma);

    public static void Holds<T>(Gen<T> input, Func<T, bool> property, int runs = 100) =>
        FsCheck.Check.One(Same.WithMaxTest(runs), Prop.ForAll(input.ToArbitrary(), property));
}
