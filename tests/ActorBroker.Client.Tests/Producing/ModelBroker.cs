using ActorBroker.Client.Producing;
using ActorBroker.Messages.Sessions;

namespace ActorBroker.Client.Tests.Producing;

/// <summary>A batch without bytes.</summary>
internal sealed class ModelBatch(int id, int recordCount) : QueuedBatch
{
    public int Id { get; } = id;

    public override int RecordCount { get; } = recordCount;

    public override string ToString() => $"#{Id}";
}

/// <summary>A partition as the broker keeps it: sequence numbers are judged as its log judges them.</summary>
internal sealed class ModelBroker
{
    private readonly Dictionary<long, Producer> _producers = [];

    public List<int> Log { get; } = [];

    /// <summary>The error; none: it is in the log, now or before.</summary>
    public SessionError Append(Sent sent)
    {
        if (sent.ProducerId < 0)
        {
            Log.Add(sent.Batch.Id);
            return SessionError.None;
        }

        if (_producers.TryGetValue(sent.ProducerId, out var producer))
        {
            if (sent.Epoch < producer.Epoch)
            {
                return SessionError.InvalidProducerEpoch;
            }

            if (sent.Epoch == producer.Epoch && producer.Last.Contains((sent.Sequence, sent.Batch.RecordCount)))
            {
                return SessionError.None;
            }

            if (sent.Sequence != (sent.Epoch == producer.Epoch ? producer.Next : 0))
            {
                return SessionError.OutOfOrderSequence;
            }
        }

        if (producer is null || producer.Epoch != sent.Epoch)
        {
            producer = _producers[sent.ProducerId] = new Producer(sent.Epoch);
        }

        producer.Next = (sent.Sequence + sent.Batch.RecordCount) & int.MaxValue;
        producer.Last.Enqueue((sent.Sequence, sent.Batch.RecordCount));
        if (producer.Last.Count > 5)
        {
            producer.Last.Dequeue();
        }

        Log.Add(sent.Batch.Id);
        return SessionError.None;
    }

    /// <summary>The numbers as they were when it was sent.</summary>
    public sealed record Sent(ModelBatch Batch, long ProducerId, short Epoch, int Sequence)
    {
        public static Sent Of(ModelBatch batch) => new(batch, batch.ProducerId, batch.ProducerEpoch, batch.BaseSequence);
    }

    private sealed class Producer(short epoch)
    {
        public short Epoch { get; } = epoch;

        public int Next { get; set; }

        public Queue<(int First, int Count)> Last { get; } = [];
    }
}
