using ActorBroker.Benchmarks.Cluster;
using ActorBroker.Kafka;
using ActorBroker.Kafka.Messages;
using ActorBroker.Log;
using ActorBroker.Messages;

namespace ActorBroker.Benchmarks.Kill;

/// <summary>Creates a topic, fills it, deletes it and creates it again under the same name, which must be empty then.</summary>
internal sealed class TopicChurner(int port, int number, string name, int seed) : Worker(port)
{
    private const int PartitionsMax = 4;
    private const int BatchesMax = 10;
    private readonly Random _random = new(seed);
    private bool? _exists = false;
    private PartitionLedger? _ledger;
    private long _nextNumber;

    /// <summary>Topics that were created and acknowledged.</summary>
    public int Created { get; private set; }

    protected override async Task TalkAsync(KafkaClient client, CancellationToken end)
    {
        await CompareAsync(client, end);
        while (!end.IsCancellationRequested)
        {
            if (_ledger is null)
            {
                await CreateAsync(client, end);
            }

            await LogCheck.RunAsync(client, _ledger!, end);
            for (var batches = _random.Next(BatchesMax); batches > 0; batches--)
            {
                await ProduceAsync(client, end);
            }

            await LogCheck.RunAsync(client, _ledger!, end);
            await DeleteAsync(client, end);
        }
    }

    /// <summary>What the node says of the topic must be what it has acknowledged; where it has not answered, either is right.</summary>
    private async Task CompareAsync(KafkaClient client, CancellationToken end)
    {
        var answer = await client.AskAsync<MetadataResponse>(new MetadataRequest { Topics = [new() { Name = name }], AllowAutoTopicCreation = false }, end);
        var isThere = (ErrorCode)answer.Topics[0].ErrorCode != ErrorCode.UnknownTopicOrPartition;
        if (_exists is { } expected && expected != isThere)
        {
            throw new PromiseBrokenException($"topic {name} was {(expected ? "created" : "deleted")}, and that was acknowledged; now it is {(isThere ? "there" : "not there")}");
        }

        _exists = isThere;
        _ledger = isThere ? _ledger ?? NewLedger() : null;
    }

    private PartitionLedger NewLedger() => new(new TopicPartition(name, 0));

    private async Task CreateAsync(KafkaClient client, CancellationToken end)
    {
        _exists = null;
        var request = new CreateTopicsRequest { TimeoutMs = 30_000, Topics = [new() { Name = name, NumPartitions = _random.Next(1, PartitionsMax), ReplicationFactor = 1 }] };
        var answer = await client.AskAsync<CreateTopicsResponse>(request, end);
        Answers.Demand(answer.Topics[0].ErrorCode, $"the creation of topic {name}");
        (_exists, _ledger) = (true, NewLedger());
        Created++;
        var found = await client.FetchAsync(_ledger.Partition, from: 0, waitMs: 0, end);
        if (found is not { HighWatermark: 0 })
        {
            throw new PromiseBrokenException($"topic {name} was created, and its log ends at {found?.HighWatermark}");
        }
    }

    private async Task DeleteAsync(KafkaClient client, CancellationToken end)
    {
        _exists = null;
        var answer = await client.AskAsync<DeleteTopicsResponse>(new DeleteTopicsRequest { TimeoutMs = 30_000, Topics = [new() { Name = name }] }, end);
        Answers.Demand(answer.Responses[0].ErrorCode, $"the deletion of topic {name}");
        (_exists, _ledger) = (false, null);
    }

    private async Task ProduceAsync(KafkaClient client, CancellationToken end)
    {
        var id = new RecordId(number, _nextNumber++);
        var batch = new BatchWriter();
        batch.Add(1_700_000_000_000, NullableBytes.Null, id.ToValue(_random.Next(1_000)));
        var request = new ProduceRequest
        {
            Acks = -1,
            TimeoutMs = 30_000,
            TopicData = [new() { Name = name, PartitionData = [new() { Index = 0, Records = batch.ToArray() }] }],
        };
        var answer = (await client.AskAsync<ProduceResponse>(request, end)).Responses[0].PartitionResponses[0];
        Answers.Demand(answer.ErrorCode, $"a batch for {name}");
        _ledger!.NoteAcknowledged(answer.BaseOffset, [id]);
    }
}
