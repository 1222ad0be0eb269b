using ActorBroker.Client.Producing;
using ActorBroker.Messages.Sessions;
using Akka.Actor;

namespace ActorBroker.Client;

/// <summary>To a producer actor: write this record. Answered by <see cref="Produced"/> or <see cref="ProduceFailed"/>.</summary>
/// <param name="Correlation">Comes back in the answer.</param>
public sealed record Produce<TKey, TValue>(ProducerRecord<TKey, TValue> Record, object? Correlation = null);

/// <summary>Reply: the record is acknowledged.</summary>
public sealed record Produced(object? Correlation, RecordMetadata Metadata);

/// <summary>Reply: the record was not written, or perhaps not.</summary>
/// <param name="Error">The broker's reason; <see cref="SessionError.Overloaded"/> also when too much is pending here; None when it is the client's own.</param>
/// <param name="IsRetriable">The same record may be written later without anybody changing anything.</param>
/// <param name="Message">For people.</param>
public sealed record ProduceFailed(object? Correlation, SessionError Error, bool IsRetriable, string Message);

/// <summary>A producer as an actor.</summary>
public static class ProducerActor
{
    /// <summary>An actor that takes <see cref="Produce{TKey, TValue}"/>. Records of one sender to one partition are written in their order.
    /// When it stops, it still writes what it has taken, for close-timeout at most, and answers.</summary>
    /// <param name="options">Null: all as the configuration says.</param>
    public static Props Props<TKey, TValue>(ProducerOptions<TKey, TValue>? options = null) =>
        Akka.Actor.Props.Create(() => new ProducerActor<TKey, TValue>(options ?? new ProducerOptions<TKey, TValue>()));
}

/// <inheritdoc cref="ProducerActor"/>
internal sealed class ProducerActor<TKey, TValue> : ReceiveActor
{
    private readonly RecordSender<TKey, TValue> _sender;
    private readonly PendingCount _pending;

    public ProducerActor(ProducerOptions<TKey, TValue> options)
    {
        _sender = ProducerStart.Start(BrokerClient.Get(Context.System), options);
        _pending = new PendingCount(_sender.Shared.Settings.ActorMaxPending);
        Receive<Produce<TKey, TValue>>(OnProduce);
    }

    protected override void PostStop() => _sender.Shared.Close();

    private void OnProduce(Produce<TKey, TValue> command)
    {
        if (!_pending.TryAdd())
        {
            Sender.Tell(new ProduceFailed(
                command.Correlation, SessionError.Overloaded, true, $"{_pending.Limit} records of the producer actor are pending already (actor-max-pending)."));
            return;
        }

        var outcome = new ActorOutcome(Sender, Self, command.Correlation, _pending);
        if (string.IsNullOrEmpty(command.Record.Topic))
        {
            outcome.Fail(new RecordFormatException("A record without a topic."));
            return;
        }

        _sender.Send(command.Record, outcome, CancellationToken.None);
    }

    /// <summary>Tells the sender of the command. Used from any thread.</summary>
    private sealed class ActorOutcome(IActorRef requester, IActorRef self, object? correlation, PendingCount pending) : ISendOutcome
    {
        public long TimestampMs { get; set; }

        public void Succeed(in RecordMetadata metadata)
        {
            pending.Remove();
            requester.Tell(new Produced(correlation, metadata), self);
        }

        public void Fail(Exception error)
        {
            pending.Remove();
            var known = error as BrokerException;
            requester.Tell(new ProduceFailed(correlation, known?.Error ?? SessionError.None, known?.IsRetriable ?? false, error.Message), self);
        }
    }

    private sealed class PendingCount(int limit)
    {
        private int _count;

        public int Limit { get; } = limit;

        public bool TryAdd()
        {
            if (Interlocked.Increment(ref _count) <= Limit)
            {
                return true;
            }

            Remove();
            return false;
        }

        public void Remove() => Interlocked.Decrement(ref _count);
    }
}
