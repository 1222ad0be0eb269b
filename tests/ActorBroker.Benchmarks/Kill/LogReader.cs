using ActorBroker.Benchmarks.Cluster;

namespace ActorBroker.Benchmarks.Kill;

/// <summary>Follows one partition, from its first record on, waiting for more where it ends.</summary>
internal sealed class LogReader(int port, PartitionLedger ledger) : Worker(port)
{
    private const int WaitMs = 500;
    private readonly RecordStream _stream = new(ledger, from: 0);

    protected override async Task TalkAsync(KafkaClient client, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            if (await client.FetchAsync(ledger.Partition, _stream.Next, WaitMs, end) is { } found)
            {
                _stream.Take(found.Records is { } records ? records.Span : default);
            }
            else
            {
                _stream.SkipTo(await client.FindStartAsync(ledger.Partition, end));
            }
        }
    }
}
