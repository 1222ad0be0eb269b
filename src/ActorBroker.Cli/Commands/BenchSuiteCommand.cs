using System.CommandLine;
using System.Globalization;
using ActorBroker.Cli.Bench;
using ActorBroker.Cli.Client;

namespace ActorBroker.Cli.Commands;

/// <summary><c>bench suite</c></summary>
internal sealed class BenchSuiteCommand
{
    private readonly Option<string[]> _peers = Opt.Many(
        "--peer", "A broker to measure, and its process on this machine for CPU and memory; several are measured in turns. Else that of --bootstrap.", "NAME=HOST:PORT[,PID]");

    private readonly Option<string?> _loads = Opt.Text("--loads", $"Only these: {string.Join(", ", SuiteLoads.All.Select(load => load.Name))}.", "NAME,NAME");
    private readonly Option<long> _runs = Opt.Number("--runs", "Each load so often; the median is shown.", "N", 1, 1000, 3);
    private readonly Option<long> _duration = Opt.Number("--duration", "A run that has not moved all its records by then ends.", "SECONDS", 1, 86_400, 10);

    private readonly Option<double> _scale = new("--scale")
    {
        Description = "Multiplies how much each load moves, 1 GB if nothing is said.",
        HelpName = "FACTOR",
        DefaultValueFactory = _ => 1,
        CustomParser = result =>
        {
            var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
            if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var factor) && factor is > 0 and <= 1000) return factor;
            result.AddError($"--scale {text} is not a number above 0 and up to 1000");
            return 1;
        },
    };

    public static Command Create(CliIo io)
    {
        var it = new BenchSuiteCommand();
        var command = new Command("suite", "Run a broker, or several in turns, through all loads, and show one table.")
        {
            it._peers, it._loads, it._runs, it._duration, it._scale,
        };
        CommandContext.SetAction(command, io, it.RunAsync);
        return command;
    }

    private async Task RunAsync(CommandContext context)
    {
        var loads = SuiteLoads.Named((context.Get(_loads) ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        var peers = new List<SuitePeer>();
        var report = new SuiteReport(loads, peers);
        var failures = 0;
        try
        {
            Open(context, peers);
            for (var run = 0; run < context.Get(_runs); run++)
            {
                // The one that comes first in one run comes last in the next.
                foreach (var (load, peer) in from load in loads from turn in Enumerable.Range(run, peers.Count) select (load, peers[turn % peers.Count]))
                {
                    if (context.Io.IsInteractive) await context.Io.Error.WriteLineAsync($"run {run + 1} of {context.Get(_runs)}: {load.Title}: {peer.Name}");
                    if (await MeasureAsync(context, load, peer) is { } result) report.Add(load, peer, result);
                    else failures++;
                }
            }
        }
        finally
        {
            report.Write(context);
            await context.Output.FlushAsync(CancellationToken.None);
            foreach (var peer in peers) await peer.DisposeAsync();
        }

        if (failures > 0) throw new CliException($"{failures} runs did not come to their end: see the warnings");
    }

    private void Open(CommandContext context, List<SuitePeer> peers)
    {
        var texts = context.Get(_peers) ?? [];
        foreach (var text in texts.Length > 0 ? texts : [$"broker={context.Parsed.GetValue(SharedOptions.Bootstrap)}"])
        {
            var peer = SuitePeer.Parse(text, context.Cluster.Options);
            if (peers.Exists(other => other.Name == peer.Name)) throw new UsageException($"--peer: two are called '{peer.Name}'");
            peers.Add(peer);
        }
    }

    /// <returns>Null when the broker cannot do it: the other loads and brokers go on.</returns>
    private async Task<RunResult?> MeasureAsync(CommandContext context, SuiteLoad load, SuitePeer peer)
    {
        using var meter = new BrokerMeter(peer.Process, context.Io.Clock);
        var stage = new SuiteStage(peer.Cluster, meter, context.Get(_scale), TimeSpan.FromSeconds(context.Get(_duration)), context.Io.Error, context.Cancellation);
        try
        {
            return await load.RunAsync(stage);
        }
        catch (CliException failure) when (failure is not NoBrokerException)
        {
            await context.Io.Error.WriteLineAsync($"warning: {peer.Name}: {load.Name}: {failure.Message}");
            return null;
        }
    }
}
