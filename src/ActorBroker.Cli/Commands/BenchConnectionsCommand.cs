using System.CommandLine;
using ActorBroker.Cli.Bench;

namespace ActorBroker.Cli.Commands;

/// <summary><c>bench connections</c></summary>
internal sealed class BenchConnectionsCommand
{
    private readonly BenchOptions _shared = new();
    private readonly Option<long> _connections = Opt.Number("--connections", "How many; mind the limit of open files.", "N", 1, 1_000_000, 500);
    private readonly Option<long> _opening = Opt.Number("--in-flight", "How many are being opened at a time.", "N", 1, 10_000, 16);
    private readonly Option<long> _hold = Opt.Number("--duration", "How long all are held before they are closed.", "SECONDS", 0, 86_400, 1);
    private readonly Option<long> _rate = BenchOptions.Rate(0, "New connections");

    public static Command Create(CliIo io)
    {
        var it = new BenchConnectionsCommand();
        var command = new Command("connections", "Open connections, ask for the API versions on each, hold them.")
        {
            it._connections, it._opening, it._rate, it._hold, it._shared.Runs, it._shared.Pid,
        };
        CommandContext.SetAction(command, io, it.RunAsync);
        return command;
    }

    private Task RunAsync(CommandContext context) => _shared.RepeatAsync(context, "connections", async meter =>
    {
        var count = (int)context.Get(_connections);
        var run = new ConnectionsRun(context.Cluster, count, (int)context.Get(_opening), TimeSpan.FromSeconds(context.Get(_hold)));
        var result = meter.Stop(await run.RunAsync(meter.Start(() => new Workload(context.Io.Clock, count, duration: null, context.Get(_rate))), context.Cancellation));
        if (run.FirstFailure is { } failure) await context.Io.Error.WriteLineAsync($"warning: the first connection that failed: {failure}");
        return ((string?)null, result);
    });
}
