using System.Globalization;
using ActorBroker.Cli.Client;

namespace ActorBroker.Cli.Commands;

/// <summary>What a produce run tells: a line for each acknowledged batch for scripts, a summary at the end.</summary>
internal sealed class ProduceReport(CommandContext context, string topic)
{
    private readonly Queue<AcknowledgedBatch> _acknowledged = new();

    /// <summary>Any thread.</summary>
    public void Acknowledged(AcknowledgedBatch batch)
    {
        lock (_acknowledged)
        {
            _acknowledged.Enqueue(batch);
        }
    }

    public async ValueTask FlushAsync()
    {
        lock (_acknowledged)
        {
            if (_acknowledged.Count == 0) return;
            while (_acknowledged.TryDequeue(out var batch)) Write(batch);
        }

        await context.Output.FlushAsync(CancellationToken.None);
    }

    public async ValueTask DoneAsync(long records, long bytes, TimeSpan took)
    {
        var seconds = Math.Max(took.TotalSeconds, 0.001);
        if (!context.IsJson)
        {
            await context.Io.Error.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"{records} records, {Size(bytes)} in {seconds:0.000} s: {records / seconds:0} records/s, {Size((long)(bytes / seconds))}/s"));
            return;
        }

        await FlushAsync();
        context.Json.Write(json =>
        {
            json.WriteString("topic", topic);
            json.WriteNumber("records", records);
            json.WriteNumber("bytes", bytes);
            json.WriteNumber("seconds", Math.Round(seconds, 3));
        });
    }

    /// <summary>Bytes for people, with one decimal.</summary>
    public static string Size(long bytes) => bytes switch
    {
        < ByteSizes.KiB => string.Create(CultureInfo.InvariantCulture, $"{bytes} B"),
        < ByteSizes.MiB => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)ByteSizes.KiB:0.0} KiB"),
        < ByteSizes.GiB => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)ByteSizes.MiB:0.0} MiB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)ByteSizes.GiB:0.0} GiB"),
    };

    private void Write(AcknowledgedBatch batch) => context.Json.Write(json =>
    {
        json.WriteString("topic", topic);
        json.WriteNumber("partition", batch.Partition);
        json.WriteNumber("baseOffset", batch.BaseOffset);
        json.WriteNumber("count", batch.Records);
    });
}
