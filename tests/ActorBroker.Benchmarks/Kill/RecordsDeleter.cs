using ActorBroker.Benchmarks.Cluster;
using ActorBroker.Kafka.Messages;

namespace ActorBroker.Benchmarks.Kill;

/// <summary>Deletes the oldest records of a partition again and again.</summary>
internal sealed class RecordsDeleter(int port, PartitionLedger ledger, int seed) : Worker(port)
{
    private const int RecordsKept = 5_000;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(150);
    private readonly Random _random = new(seed);

    protected override async Task TalkAsync(KafkaClient client, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            var before = ledger.End - _random.Next(RecordsKept);
            if (before > 0)
            {
                ledger.NoteDeletionWanted(before);
                var known = ledger.Start;
                var request = new DeleteRecordsRequest
                {
                    TimeoutMs = 30_000,
                    Topics = [new() { Name = ledger.Partition.Topic, Partitions = [new() { PartitionIndex = ledger.Partition.Partition, Offset = before }] }],
                };
                var answer = (await client.AskAsync<DeleteRecordsResponse>(request, end)).Topics[0].Partitions[0];
                Answers.Demand(answer.ErrorCode, $"{ledger.Partition}: a deletion before {before}");
                ledger.NoteStart(answer.LowWatermark, known);
            }

            await PauseAsync(Interval, end);
        }
    }
}
