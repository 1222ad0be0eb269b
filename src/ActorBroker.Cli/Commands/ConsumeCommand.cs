using System.CommandLine;
using ActorBroker.Cli.Client;
using ActorBroker.Cli.Output;

namespace ActorBroker.Cli.Commands;

/// <summary><c>consume TOPIC</c></summary>
internal sealed class ConsumeCommand
{
    private static readonly TimeSpan CommitPause = TimeSpan.FromSeconds(1);
    private readonly Argument<string> _topic = SharedOptions.Topic();
    private readonly Option<string?> _from = Opt.Text("--from", "Where to begin: beginning (the default), end, or an offset.", "beginning|end|OFFSET");
    private readonly Option<long?> _offset = Opt.Number("--offset", "Begin at this offset.", "N", 0, long.MaxValue);
    private readonly Option<string?> _timestamp = Opt.Text("--timestamp", "Begin at the first record of this time: ISO 8601, or milliseconds since 1970.", "TIME");
    private readonly Option<long?> _partition = Opt.Number("--partition", "Read this partition only.", "N", 0, int.MaxValue);
    private readonly Option<long?> _count = Opt.Number("--count", "Stop after so many records.", "N", 0, long.MaxValue);
    private readonly Option<bool> _follow = Opt.Flag("--follow", "Wait for new records; without it reading stops where the topic ended at the start.");
    private readonly Option<string?> _format = Opt.Text("--format", @"Pattern for a record: %t topic, %p partition, %o offset, %k key, %v value, %T timestamp in ms, %h headers, %s size of the value, %%; \n \t \r \0 \\ \xHH. Without it '%v\n'.", "PATTERN");
    private readonly Option<string?> _nullText = Opt.Text("--null-value", "What is printed for a null key or value; without it 'null'.", "TEXT");
    private readonly Option<string> _isolation = Opt.Choice("--isolation", "Whether records of undecided and aborted transactions are shown.", "uncommitted", "uncommitted", "committed");
    private readonly Option<string?> _group = Opt.Text("--group", "Begin where this group has committed, and commit what was printed. The group must have no members.", "GROUP");

    public static Command Create(CliIo io)
    {
        var it = new ConsumeCommand();
        var command = new Command("consume", "Print the records of a topic.")
        {
            it._topic, it._from, it._offset, it._timestamp, it._partition, it._count, it._follow, it._format, it._nullText, it._isolation, it._group,
        };
        CommandContext.SetAction(command, io, it.RunAsync);
        return command;
    }

    private async Task RunAsync(CommandContext context)
    {
        var start = ConsumeStart.Parse(context.Get(_from), context.Get(_offset), context.Get(_timestamp));
        var topic = context.Get(_topic);
        if (context.IsJson && context.Get(_format) is not null) throw new UsageException("--json and --format are two ways to print: give one of them");
        IRecordWriter writer = context.IsJson
            ? new RecordJson(topic, context.Json)
            : new RecordFormat(context.Get(_format) ?? RecordFormat.Default, topic, context.Get(_nullText) ?? "null", context.Output);
        var printer = new RecordPrinter(topic, writer, context.Output, context.Get(_count));
        var committer = context.Get(_group) is { } group ? new GroupCommitter(context, group, topic, printer, CommitPause) : null;
        try
        {
            var options = new FetchOptions(context.Get(_isolation) == "committed", context.Get(_follow));
            var positions = await PositionsAsync(context, topic, start, options);
            var fetcher = new Fetcher(context.Cluster, topic, positions, options) { OnWarning = text => context.Io.Error.WriteLine($"warning: {text}") };
            await PrintAsync(context, fetcher, printer, committer);
        }
        catch (OperationCanceledException) when (context.Cancellation.IsCancellationRequested)
        {
            // Ctrl-C is how following ends: what was fetched is printed, and the group's offsets are committed below.
        }

        await context.Output.FlushAsync(CancellationToken.None);
        if (committer is not null) await committer.CommitAsync(CancellationToken.None);
    }

    private static async Task PrintAsync(CommandContext context, Fetcher fetcher, RecordPrinter printer, GroupCommitter? committer)
    {
        if (printer.IsDone) return;
        await foreach (var fetched in fetcher.ReadAsync(context.Cancellation))
        {
            printer.Print(fetched);
            await context.Output.FlushAsync(CancellationToken.None);
            if (committer is not null) await committer.CommitNowAndThenAsync(context.Cancellation);
            if (printer.IsDone) return;
        }
    }

    private async Task<IReadOnlyList<FetchPosition>> PositionsAsync(CommandContext context, string topic, ConsumeStart start, FetchOptions options)
    {
        var info = await context.Cluster.TopicAsync(topic, context.Cancellation);
        int[] partitions = context.Get(_partition) is { } one ? [(int)one] : [.. info.Partitions.Select(partition => partition.Index)];
        var lookup = new OffsetLookup(context.Cluster, topic);
        var ends = await lookup.FindAsync(partitions, OffsetLookup.End, options.IsCommittedOnly, context.Cancellation);
        var starts = await start.FindAsync(lookup, ends, context.Cancellation);
        IReadOnlyDictionary<(string, int), long> committed = context.Get(_group) is { } group
            ? await new Groups(context.Cluster).CommittedAsync(group, topic, partitions, context.Cancellation)
            : new Dictionary<(string, int), long>();
        return [.. partitions.Select(partition => new FetchPosition(
            partition,
            committed.TryGetValue((topic, partition), out var offset) ? offset : starts[partition],
            options.MustFollow ? null : ends[partition]))];
    }
}
