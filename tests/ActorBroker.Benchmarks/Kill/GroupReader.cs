using ActorBroker.Benchmarks.Cluster;
using ActorBroker.Kafka.Messages;

namespace ActorBroker.Benchmarks.Kill;

/// <summary>Reads a partition for a group: goes on where the group has committed, and commits what it has read.</summary>
internal sealed class GroupReader(int port, string group, PartitionLedger ledger) : Worker(port)
{
    private const int WaitMs = 100;
    private const long None = -1;
    private long _acknowledged = None;
    private long _wanted = None;

    /// <summary>Commits that were acknowledged.</summary>
    public int Commits { get; private set; }

    protected override async Task TalkAsync(KafkaClient client, CancellationToken end)
    {
        var coordinator = await client.AskAsync<FindCoordinatorResponse>(new FindCoordinatorRequest { CoordinatorKeys = [group] }, end);
        Answers.Demand(coordinator.Coordinators[0].ErrorCode, $"the search for the coordinator of {group}");
        var committed = await CommittedAsync(client, end);
        if (committed < _acknowledged || committed > _wanted)
        {
            throw new PromiseBrokenException($"{group}, {ledger.Partition}: {_acknowledged} was committed, {_wanted} at most was sent, and the group is at {committed}");
        }

        var stream = new RecordStream(ledger, Math.Max(committed, 0));
        while (!end.IsCancellationRequested)
        {
            if (await client.FetchAsync(ledger.Partition, stream.Next, WaitMs, end) is { } found)
            {
                stream.Take(found.Records is { } records ? records.Span : default);
                await CommitAsync(client, stream.Next, end);
            }
            else
            {
                stream.SkipTo(await client.FindStartAsync(ledger.Partition, end));
            }
        }
    }

    private async Task<long> CommittedAsync(KafkaClient client, CancellationToken end)
    {
        var request = new OffsetFetchRequest
        {
            Groups = [new() { GroupId = group, Topics = [new() { Name = ledger.Partition.Topic, PartitionIndexes = [ledger.Partition.Partition] }] }],
        };
        var answer = (await client.AskAsync<OffsetFetchResponse>(request, end)).Groups[0];
        Answers.Demand(answer.ErrorCode, $"{group}: the search for its offset");
        var found = answer.Topics[0].Partitions[0];
        Answers.Demand(found.ErrorCode, $"{group}: the search for its offset in {ledger.Partition}");
        return found.CommittedOffset;
    }

    private async Task CommitAsync(KafkaClient client, long offset, CancellationToken end)
    {
        _wanted = Math.Max(_wanted, offset);
        var request = new OffsetCommitRequest
        {
            GroupId = group,
            GenerationIdOrMemberEpoch = -1,
            Topics = [new() { Name = ledger.Partition.Topic, Partitions = [new() { PartitionIndex = ledger.Partition.Partition, CommittedOffset = offset }] }],
        };
        var answer = await client.AskAsync<OffsetCommitResponse>(request, end);
        Answers.Demand(answer.Topics[0].Partitions[0].ErrorCode, $"{group}: a commit for {ledger.Partition}");
        _acknowledged = offset;
        Commits++;
    }
}
