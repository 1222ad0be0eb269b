using System.CommandLine;
using ActorBroker.Cli.Bench;

namespace ActorBroker.Cli.Commands;

/// <summary><c>bench produce</c></summary>
internal sealed class BenchProduceCommand
{
    private readonly BenchOptions _shared = new();
    private readonly Option<long> _rate = BenchOptions.Rate(0, "Records");

    public static Command Create(CliIo io)
    {
        var it = new BenchProduceCommand();
        var command = new Command("produce", "Send ready-made batches to the leaders of a topic.")
        {
            it._shared.Topic, it._shared.Keep, it._shared.Partitions, it._shared.RecordBytes, it._shared.BatchBytes, it._shared.Acks,
            it._shared.Connections, it._shared.InFlight, it._rate, it._shared.Records, it._shared.Duration, it._shared.Runs,
            it._shared.Pid,
        };
        CommandContext.SetAction(command, io, it.RunAsync);
        return command;
    }

    private async Task RunAsync(CommandContext context)
    {
        var (records, duration) = _shared.EndOf(context);
        var settings = new ProduceSettings(
            _shared.AcksOf(context),
            (int)context.Get(_shared.RecordBytes),
            (int)context.Get(_shared.BatchBytes),
            (int)context.Get(_shared.Connections),
            (int)context.Get(_shared.InFlight));
        await _shared.RepeatAsync(context, "produce", async (topic, meter) => meter.Stop(await new ProduceRun(context.Cluster, topic.Name, settings)
            .RunAsync(meter.Start(() => new Workload(context.Io.Clock, records, duration, context.Get(_rate))), context.Cancellation)));
    }
}
