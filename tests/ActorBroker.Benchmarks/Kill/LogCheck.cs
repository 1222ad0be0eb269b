using ActorBroker.Benchmarks.Cluster;

namespace ActorBroker.Benchmarks.Kill;

/// <summary>Reads a whole partition and compares it with everything that the broker has said about it so far.</summary>
internal static class LogCheck
{
    /// <returns>Records that are there.</returns>
    /// <exception cref="PromiseBrokenException">Something that was acknowledged or read is not there, or something else is.</exception>
    public static async Task<long> RunAsync(KafkaClient client, PartitionLedger ledger, CancellationToken end)
    {
        var known = ledger.End;
        var start = await FindStartAsync(client, ledger, end);
        var stream = new RecordStream(ledger, start);
        while (true)
        {
            var found = await client.FetchAsync(ledger.Partition, stream.Next, waitMs: 0, end);
            if (found is null)
            {
                start = await FindStartAsync(client, ledger, end);
                stream.SkipTo(start);
                continue;
            }

            if (found.HighWatermark < known)
            {
                throw new PromiseBrokenException($"{ledger.Partition}: what was acknowledged or read reached {known}, and the log ends at {found.HighWatermark}");
            }

            stream.Take(found.Records is { } records ? records.Span : default);
            if (stream.Next >= known)
            {
                return stream.Next - start;
            }

            if (found.Records is not { Length: > 0 })
            {
                throw new PromiseBrokenException($"{ledger.Partition}: nothing is read at {stream.Next}, and the log ends at {found.HighWatermark}");
            }
        }
    }

    private static async Task<long> FindStartAsync(KafkaClient client, PartitionLedger ledger, CancellationToken end)
    {
        var before = ledger.Start;
        var start = await client.FindStartAsync(ledger.Partition, end);
        ledger.NoteStart(start, before);
        return start;
    }
}
