using ActorBroker.Client.Producing;
using Akka.Actor;

namespace ActorBroker.Client;

/// <summary>Writes records to topics. Safe from any thread; one is enough for many topics and callers.</summary>
/// <remarks>Records of one partition are written in the order of the calls. What is acknowledged was written once; see README, "Producer".</remarks>
public sealed class Producer<TKey, TValue> : IAsyncDisposable
{
    private readonly RecordSender<TKey, TValue> _sender;

    internal Producer(BrokerClient client, ProducerOptions<TKey, TValue> options) => _sender = ProducerStart.Start(client, options);

    /// <summary>Completed when the broker has acknowledged the record. Waits, without holding a thread, while the producer's buffer is full.</summary>
    /// <param name="ct">Ends the wait for room; a record that is in the buffer is sent all the same, and its outcome told.</param>
    /// <exception cref="ProduceException">The record was not written, or perhaps not; with the broker's reason.</exception>
    /// <exception cref="BrokerTimeoutException">There was no room within max-block.</exception>
    /// <exception cref="UnknownTopicOrPartitionException">The topic does not exist, and was not created.</exception>
    /// <exception cref="RecordFormatException">A serializer refused the key or the value.</exception>
    /// <exception cref="ClientClosedException">The producer is disposed, or its actor system has ended.</exception>
    public Task<RecordMetadata> SendAsync(ProducerRecord<TKey, TValue> record, CancellationToken ct = default)
    {
        if (ct.IsCancellationRequested)
        {
            return Task.FromCanceled<RecordMetadata>(ct);
        }

        var outcome = new TaskOutcome();
        _sender.Send(record, outcome, ct);
        return outcome.Task;
    }

    /// <summary>Sends at once what waits for more, and completes when every record of earlier calls has its outcome, good or bad.</summary>
    /// <param name="ct">Ends the wait.</param>
    public async Task FlushAsync(CancellationToken ct = default)
    {
        await _sender.WhenNoneWaits().WaitAsync(ct).ConfigureAwait(false);
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _sender.Shared.Engine.Tell(new FlushProducer(done), ActorRefs.NoSender);
        await Task.WhenAny(done.Task, _sender.Shared.Ended).WaitAsync(ct).ConfigureAwait(false);
    }

    /// <summary>Takes no more records, waits for the outcome of those it has, at most for close-timeout, and fails the rest with
    /// <see cref="ClientClosedException"/>.</summary>
    public async ValueTask DisposeAsync()
    {
        _sender.Shared.Close();
        await _sender.Shared.Ended.ConfigureAwait(false);
    }
}
