using System.Collections.Concurrent;
using ActorBroker.Benchmarks.Cluster;
using ActorBroker.Kafka;
using ActorBroker.Kafka.Messages;
using ActorBroker.Log;

namespace ActorBroker.Benchmarks.Kill;

/// <summary>Sends numbered records to one partition and notes which of them were acknowledged, and where.</summary>
/// <param name="givenIds">Producer ids that the broker has given out so far, to anyone.</param>
internal sealed class LoadProducer(int port, int number, PartitionLedger ledger, LoadShape shape, ConcurrentDictionary<long, int> givenIds, int seed) : Worker(port)
{
    /// <summary>After so many batches an idempotent producer asks for a new id, as one does that was started again.</summary>
    private const int BatchesPerId = 2_000;

    private readonly Random _random = new(seed);
    private readonly Queue<Sent> _unanswered = new();
    private long _nextNumber;
    private long _producerId = -1;
    private short _epoch = -1;
    private int _sequence;
    private int _batches;

    protected override async Task TalkAsync(KafkaClient client, CancellationToken end)
    {
        if (shape.IsIdempotent)
        {
            await RepeatAsync(client, end);
        }
        else
        {
            _unanswered.Clear();    // they are there or not: nobody knows, and nobody may send them again
        }

        while (!end.IsCancellationRequested)
        {
            if (shape.IsIdempotent && _unanswered.Count == 0 && (_producerId < 0 || _batches >= BatchesPerId))
            {
                await TakeIdAsync(client, end);
            }

            var mayChangeId = shape.IsIdempotent && _batches >= BatchesPerId;
            if (!mayChangeId)
            {
                var sent = Next();
                _unanswered.Enqueue(sent);
                await client.SendAsync(sent.Frame, end);
            }

            while (_unanswered.Count >= shape.Depth || (mayChangeId && _unanswered.Count > 0))
            {
                await ReceiveAsync(client, end);
            }

            await PauseAsync(shape.Pause, end);
        }

        while (_unanswered.Count > 0)
        {
            await ReceiveAsync(client, CancellationToken.None);
        }
    }

    private async Task RepeatAsync(KafkaClient client, CancellationToken end)
    {
        foreach (var sent in _unanswered)
        {
            await client.SendAsync(sent.Frame, end);
        }

        while (_unanswered.Count > 0)
        {
            await ReceiveAsync(client, end);
        }
    }

    private async Task TakeIdAsync(KafkaClient client, CancellationToken end)
    {
        var answer = await client.AskAsync<InitProducerIdResponse>(new InitProducerIdRequest { TransactionalId = null, TransactionTimeoutMs = 60_000 }, end);
        Answers.Demand(answer.ErrorCode, "InitProducerId");
        if (!givenIds.TryAdd(answer.ProducerId, number))
        {
            throw new PromiseBrokenException($"producer id {answer.ProducerId} was given to producer {givenIds[answer.ProducerId]}, and then to producer {number}");
        }

        (_producerId, _epoch, _sequence, _batches) = (answer.ProducerId, answer.ProducerEpoch, 0, 0);
    }

    private Sent Next()
    {
        var batch = new BatchWriter();
        if (shape.IsIdempotent)
        {
            (batch.ProducerId, batch.ProducerEpoch, batch.BaseSequence) = (_producerId, _epoch, _sequence);
        }

        var records = new RecordId[_random.Next(1, shape.RecordsMax + 1)];
        for (var i = 0; i < records.Length; i++)
        {
            records[i] = new RecordId(number, _nextNumber++);
            batch.Add(1_700_000_000_000 + records[i].Number, NullableBytes.Null, records[i].ToValue(_random.Next(shape.BytesMax)));
        }

        _sequence += records.Length;
        _batches++;
        var frame = KafkaClient.Frame(new ProduceRequest
        {
            Acks = shape.Acks,
            TimeoutMs = 30_000,
            TopicData = [new() { Name = ledger.Partition.Topic, PartitionData = [new() { Index = ledger.Partition.Partition, Records = batch.ToArray() }] }],
        });
        return new Sent(frame, records);
    }

    /// <summary>Takes the oldest answer. What an idempotent producer is not told to be there stays to be repeated.</summary>
    private async Task ReceiveAsync(KafkaClient client, CancellationToken end)
    {
        var answer = KafkaClient.Decode<ProduceResponse>(ApiKey.Produce, await client.ReceiveAsync(end)).Responses[0].PartitionResponses[0];
        if (shape.IsIdempotent || !Answers.IsPassing(answer.ErrorCode))
        {
            Answers.Demand(answer.ErrorCode, $"{ledger.Partition}: a batch of producer {number}");
        }

        var sent = _unanswered.Dequeue();
        if (answer.ErrorCode == 0)
        {
            ledger.NoteAcknowledged(answer.BaseOffset, sent.Records);
        }
    }

    private readonly record struct Sent(byte[] Frame, RecordId[] Records);
}
