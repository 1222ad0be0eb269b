using System.Diagnostics;
using System.Globalization;
using ActorBroker.Fuzz.Running;
using ActorBroker.Fuzz.Targets;

namespace ActorBroker.Fuzz;

/// <summary>The long run: as many inputs as are asked for, from any seed.</summary>
internal static class Program
{
    private const int ExitFound = 1;
    private const int ExitUsage = 2;
    private const int ExitHung = 3;
    private const string Usage = "usage: ActorBroker.Fuzz [--inputs N] [--seed N] [--target NAME] [--from N]";

    public static int Main(string[] args)
    {
        var words = args.Chunk(2).Where(pair => pair.Length == 2).ToDictionary(pair => pair[0], pair => pair[1]);
        if (args.Length % 2 != 0 || words.Keys.Any(word => word is not ("--inputs" or "--seed" or "--target" or "--from"))
            || (words.TryGetValue("--target", out var only) && !AllTargets.Makers.ContainsKey(only)))
        {
            Console.Error.WriteLine($"{Usage}\ntargets: {string.Join(", ", AllTargets.Makers.Keys)}");
            return ExitUsage;
        }

        var inputs = Number(words, "--inputs", 1_000_000);
        var seed = (int)Number(words, "--seed", 1);
        var shares = words.TryGetValue("--target", out var name) ? [(name, inputs)] : AllTargets.Shares(inputs);
        var began = Stopwatch.GetTimestamp();
        Console.WriteLine($"seed {seed}, {inputs} inputs");
        var found = shares.Sum(share => Run(share.Item1, seed, Number(words, "--from", 0), share.Item2));
        Console.WriteLine($"{found} findings in {Stopwatch.GetElapsedTime(began).TotalSeconds:0} s");
        return found == 0 ? 0 : ExitFound;
    }

    private static int Run(string name, int seed, long from, long count)
    {
        using var target = AllTargets.Makers[name]();
        var run = new FuzzRun(target, seed);
        var began = Stopwatch.GetTimestamp();
        var findings = run.Run(from, count, hung =>
        {
            Console.WriteLine(hung);
            Environment.Exit(ExitHung);
        });
        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{name}: {run.Tried} inputs in {seconds:0.0} s, {run.Tried / seconds:0} /s, longest {run.Longest.TotalMilliseconds:0} ms, growth {run.Growth / 1024} KiB, {findings.Count} findings"));
        foreach (var finding in findings)
        {
            Console.WriteLine(finding);
        }

        var grown = run.Growth > target.GrowthMax;
        if (grown)
        {
            Console.WriteLine($"{name}: {run.Growth} bytes stay, at most {target.GrowthMax}");
        }

        return findings.Count + (grown ? 1 : 0);
    }

    private static long Number(Dictionary<string, string> words, string name, long otherwise) =>
        words.TryGetValue(name, out var text) ? long.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
