using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace ActorBroker.Benchmarks.Parts;

/// <summary>The parts, with BenchmarkDotNet. What follows `parts` is for it: --filter, --list, --job, …</summary>
internal static class PartsBenchmark
{
    public static int Run(string[] args)
    {
        // In this process: another one would be built first, outside of the repository's settings.
        var config = ManualConfig.CreateEmpty()
            .AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance).AsDefault())
            .AddColumnProvider(DefaultColumnProviders.Instance)
            .AddLogger(ConsoleLogger.Default)
            .AddExporter(MarkdownExporter.Console)
            .WithOptions(ConfigOptions.JoinSummary)
            .WithArtifactsPath(Path.Combine("artifacts", "benchmarks"));
        string[] arguments = args.Contains("--filter") || args.Contains("--list") ? args : [.. args, "--filter", "*"];
        var summaries = BenchmarkSwitcher.FromAssembly(typeof(PartsBenchmark).Assembly).Run(arguments, config);
        return summaries.Any(summary => summary.HasCriticalValidationErrors || summary.Reports.Any(report => !report.Success)) ? 1 : 0;
    }
}
