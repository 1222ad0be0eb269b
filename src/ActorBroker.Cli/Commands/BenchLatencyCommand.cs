using System.CommandLine;
using ActorBroker.Cli.Bench;

namespace ActorBroker.Cli.Commands;

/// <summary><c>bench latency</c></summary>
internal sealed class BenchLatencyCommand
{
    private readonly BenchOptions _shared = new();
    private readonly Option<long> _rate = BenchOptions.Rate(1000, "Records");

    public static Command Create(CliIo io)
    {
        var it = new BenchLatencyCommand();
        var command = new Command("latency", "Send single records and take the time until a waiting fetch brings each back.")
        {
            it._shared.Topic, it._shared.Keep, it._shared.Partitions, it._shared.RecordBytes, it._shared.Acks, it._shared.InFlight, it._rate,
            it._shared.Records, it._shared.Duration, it._shared.Runs,
            it._shared.Pid,
        };
        CommandContext.SetAction(command, io, it.RunAsync);
        return command;
    }

    private async Task RunAsync(CommandContext context)
    {
        var (records, duration) = _shared.EndOf(context);
        var recordBytes = (int)context.Get(_shared.RecordBytes);
        if (recordBytes < LatencyRun.RecordBytesMin) throw new UsageException($"--record-size {recordBytes} is too small for a mark and a time: give at least {LatencyRun.RecordBytesMin}");
        var settings = new LatencySettings(_shared.AcksOf(context), recordBytes, (int)context.Get(_shared.InFlight));
        await _shared.RepeatAsync(context, "latency", async (topic, meter) => meter.Stop(await new LatencyRun(context.Cluster, topic.Name, settings)
            .RunAsync(meter.Start(() => new Workload(context.Io.Clock, records, duration, context.Get(_rate))), context.Cancellation)));
    }
}
