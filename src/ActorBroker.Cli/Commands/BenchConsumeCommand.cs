using System.CommandLine;
using ActorBroker.Cli.Bench;

namespace ActorBroker.Cli.Commands;

/// <summary><c>bench consume</c></summary>
internal sealed class BenchConsumeCommand
{
    private const long RecordsByDefault = 200_000;
    private readonly BenchOptions _shared = new();
    private readonly Option<bool> _check = Opt.Flag("--check", "Compute each batch's CRC.");

    private readonly Option<long> _fetchBytes = Opt.Bytes(
        "--fetch-size", "Of one partition in an answer; a single batch may be larger.", 1, 16 * ByteSizes.MiB, ByteSizes.MiB);

    private readonly Option<long?> _records = Opt.Number(
        "--records", $"End a run after about so many records; the temporary topic gets so many first, {RecordsByDefault} if nothing is said.", "N", 1, long.MaxValue);

    private readonly Option<long?> _duration = Opt.Number("--duration", "End a run after this time, at the latest.", "SECONDS", 1, 86_400);

    public static Command Create(CliIo io)
    {
        var it = new BenchConsumeCommand();
        var command = new Command("consume", "Read a topic from its beginning to where it ended at the start.")
        {
            it._shared.Topic, it._shared.Keep, it._shared.Partitions, it._shared.RecordBytes, it._shared.BatchBytes, it._shared.Connections,
            it._shared.InFlight, it._fetchBytes, it._records, it._duration, it._check, it._shared.Runs,
            it._shared.Pid,
        };
        CommandContext.SetAction(command, io, it.RunAsync);
        return command;
    }

    private async Task RunAsync(CommandContext context)
    {
        var settings = new ConsumeSettings((int)context.Get(_shared.Connections), (int)context.Get(_shared.InFlight), (int)context.Get(_fetchBytes), context.Get(_check));
        TimeSpan? duration = context.Get(_duration) is { } seconds ? TimeSpan.FromSeconds(seconds) : null;
        await _shared.RepeatAsync(context, "consume", async (topic, meter) =>
        {
            if (topic.IsTemporary) await FillAsync(context, topic);
            else await CheckNotEmptyAsync(context, topic, settings);
            return meter.Stop(await new ConsumeRun(context.Cluster, topic.Name, settings)
                .RunAsync(meter.Start(() => new Workload(context.Io.Clock, records: null, duration, rate: 0)), context.Get(_records), context.Cancellation));
        });
    }

    private async Task FillAsync(CommandContext context, BenchTopic topic)
    {
        var settings = new ProduceSettings(Acks: -1, (int)context.Get(_shared.RecordBytes), (int)context.Get(_shared.BatchBytes), Connections: 1, InFlight: 5);
        await new ProduceRun(context.Cluster, topic.Name, settings)
            .RunAsync(() => new Workload(context.Io.Clock, context.Get(_records) ?? RecordsByDefault, duration: null, rate: 0), context.Cancellation);
    }

    private static async Task CheckNotEmptyAsync(CommandContext context, BenchTopic topic, ConsumeSettings settings)
    {
        var positions = await new ConsumeRun(context.Cluster, topic.Name, settings).PositionsAsync(context.Cancellation);
        if (positions.All(position => position.IsDone))
        {
            throw new CliException($"topic '{topic.Name}' is empty: fill it with `bench produce --topic {topic.Name}`, or leave --topic out");
        }
    }
}
