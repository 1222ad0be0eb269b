using System.CommandLine;
using System.Text;
using ActorBroker.Cli.Client;
using ActorBroker.Cli.Input;
using ActorBroker.Log;

namespace ActorBroker.Cli.Commands;

/// <summary><c>produce TOPIC</c></summary>
internal sealed class ProduceCommand
{
    private readonly Argument<string> _topic = SharedOptions.Topic();
    private readonly Option<string?> _file = Opt.Text("--file", "Read lines from this file; without it from standard input.", "FILE");
    private readonly Option<string?> _separator = Opt.Text("--key-separator", "Each line is KEY, this, VALUE; without it the line is the value.", "TEXT");
    private readonly Option<string?> _nullMark = Opt.Text("--null-value", "A key or value that is exactly this stands for null.", "MARK");
    private readonly Option<string[]> _headers = Opt.Many("--header", "A header of every record; may be repeated.", "NAME=VALUE");
    private readonly Option<long?> _partition = Opt.Number("--partition", "Send everything there; without it by key, or in turns.", "N", 0, int.MaxValue);
    private readonly Option<string> _acks = Opt.Choice("--acks", "Who must have a batch: nobody says, the leader, all replicas in sync.", "all", "0", "1", "all");
    private readonly Option<string> _codec = Opt.Choice("--compression", "How batches are compressed.", "none", "none", "gzip", "snappy", "lz4");
    private readonly Option<long> _batchBytes = Opt.Bytes("--batch-bytes", "Send a batch at this size, before compression; k and m for KiB and MiB.", 1, 64 * ByteSizes.MiB, 512 * ByteSizes.KiB);
    private readonly Option<long> _linger = Opt.Number("--linger", "Send a smaller batch after so long.", "MS", 0, 60_000, 5);
    private readonly Option<long> _delivery = Opt.Number("--delivery-timeout", "Fail when a batch is not acknowledged after so long.", "SECONDS", 1, 86_400, 120);

    public static Command Create(CliIo io)
    {
        var it = new ProduceCommand();
        var command = new Command("produce", "Send lines as records: with retries, in order within a partition, without duplicates.")
        {
            it._topic, it._file, it._separator, it._nullMark, it._headers, it._partition, it._acks, it._codec, it._batchBytes, it._linger, it._delivery,
        };
        CommandContext.SetAction(command, io, it.RunAsync);
        return command;
    }

    private async Task RunAsync(CommandContext context)
    {
        var topic = context.Get(_topic);
        var parser = new RecordParser(context.Get(_separator), context.Get(_nullMark));
        var headers = Opt.Pairs("--header", context.Get(_headers)).Select(pair => new RecordHeader(pair.Key, Encoding.UTF8.GetBytes(pair.Value))).ToList();
        if (context.Get(_separator) is "") throw new UsageException("--key-separator is empty: give the text between key and value");
        await using var file = OpenFile(context.Get(_file));
        var started = context.Io.Clock.GetTimestamp();
        var report = new ProduceReport(context, topic);
        var producer = await Producer.StartAsync(context.Cluster, topic, OptionsOf(context), context.IsJson ? report.Acknowledged : null, context.Cancellation);
        var lines = new LineReader(file ?? context.Io.Input);
        try
        {
            using var progress = file is not null && context.Io.IsInteractive ? new ProduceProgress(context.Io, file.Length) : null;
            while (await lines.MoveNextAsync(context.Cancellation))
            {
                var (key, value) = parser.Parse(lines.Current, lines.Number);
                await producer.AddAsync(key, value, headers, context.Cancellation);
                if ((lines.Number & 0xfff) == 0) progress?.Show(lines.BytesRead);
                if (context.IsJson) await report.FlushAsync();
            }

            await producer.FinishAsync(context.Cancellation);
            progress?.Show(lines.BytesRead);
        }
        catch (CliException failure) when (failure is not UsageException && lines.Number > 0)
        {
            await StopAsync(producer, failure);
            throw new CliException($"{failure.Message}; {producer.Acknowledged} of {lines.Number} records read are written", failure);
        }
        finally
        {
            await producer.DisposeAsync();
        }

        await report.DoneAsync(producer.Acknowledged, lines.BytesRead, context.Io.Clock.GetElapsedTime(started));
    }

    /// <summary>A line that cannot be used does not lose the lines before it.</summary>
    private static async Task StopAsync(Producer producer, CliException failure)
    {
        try
        {
            await producer.FinishAsync(CancellationToken.None);
        }
        catch (CliException second) when (second == failure)
        {
            // It is the producer that failed: nothing is left to send.
        }
    }

    private ProducerOptions OptionsOf(CommandContext context) => new(
        Acks: context.Get(_acks) switch { "0" => 0, "1" => 1, _ => -1 },
        Codec: context.Get(_codec) switch
        {
            "gzip" => CompressionCodec.Gzip,
            "snappy" => CompressionCodec.Snappy,
            "lz4" => CompressionCodec.Lz4,
            _ => CompressionCodec.None,
        },
        BatchBytes: (int)context.Get(_batchBytes),
        Linger: TimeSpan.FromMilliseconds(context.Get(_linger)),
        DeliveryTimeout: TimeSpan.FromSeconds(context.Get(_delivery)),
        Partition: (int?)context.Get(_partition));

    private static FileStream? OpenFile(string? path)
    {
        if (path is null) return null;
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0, FileOptions.SequentialScan);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new CliException($"--file '{path}' cannot be read: {cause.Message}", cause);
        }
    }
}
