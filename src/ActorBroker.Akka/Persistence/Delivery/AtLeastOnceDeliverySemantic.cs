using Akka.Actor;
using Akka.Event;

namespace Akka.Persistence;

/// <summary>Sends messages again until they are confirmed. Owner: the sending actor's thread.</summary>
/// <remarks>Its state is not written: the actor persists what its <c>Deliver</c> and <c>ConfirmDelivery</c> calls follow from, and
/// calls them again when it recovers; nothing is sent before the recovery has ended.</remarks>
public class AtLeastOnceDeliverySemantic
{
    private readonly IActorContext _context;
    private readonly IActorRef _self;
    private readonly SortedDictionary<long, Delivery> _unconfirmed = [];
    private Cancelable? _timer;
    private long _lastDeliveryId;

    public AtLeastOnceDeliverySemantic(IActorContext context, PersistenceSettings.AtLeastOnceDeliverySettings settings)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(settings);
        _context = context;
        _self = context.Self;
        RedeliverInterval = settings.RedeliverInterval;
        RedeliveryBurstLimit = settings.RedeliveryBurstLimit;
        WarnAfterNumberOfUnconfirmedAttempts = settings.WarnAfterNumberOfUnconfirmedAttempts;
        MaxUnconfirmedMessages = settings.MaxUnconfirmedMessages;
    }

    public TimeSpan RedeliverInterval { get; }

    /// <summary>Most messages that are sent again at a time.</summary>
    public int RedeliveryBurstLimit { get; }

    /// <summary>Attempts after which the actor gets an <see cref="UnconfirmedWarning"/>.</summary>
    public int WarnAfterNumberOfUnconfirmedAttempts { get; }

    public int MaxUnconfirmedMessages { get; }

    public int UnconfirmedCount => _unconfirmed.Count;

    private DateTime Now => _context.System.Scheduler.Now.UtcDateTime;

    /// <param name="deliveryMessageMapper">Makes the message; the number has to come back in the confirmation.</param>
    /// <param name="isRecovering">Remember it only; it is sent when the recovery has ended and it is not confirmed by then.</param>
    /// <exception cref="MaxUnconfirmedMessagesExceededException">Too many are unconfirmed.</exception>
    public void Deliver(ActorPath destination, Func<long, object> deliveryMessageMapper, bool isRecovering)
    {
        ArgumentNullException.ThrowIfNull(deliveryMessageMapper);
        if (_unconfirmed.Count >= MaxUnconfirmedMessages)
        {
            throw new MaxUnconfirmedMessagesExceededException(
                $"{_self} has too many unconfirmed messages. Maximum allowed is {MaxUnconfirmedMessages}");
        }

        var id = ++_lastDeliveryId;
        var now = isRecovering ? Now - RedeliverInterval : Now;
        var delivery = new Delivery(destination, deliveryMessageMapper(id), now, attempt: 0);
        if (isRecovering)
        {
            _unconfirmed[id] = delivery;
        }
        else
        {
            Send(id, delivery, now);
        }
    }

    /// <returns>False when there is no such message, or it is confirmed already.</returns>
    public bool ConfirmDelivery(long deliveryId)
    {
        var isNew = _unconfirmed.Remove(deliveryId);
        if (_unconfirmed.Count == 0)
        {
            Cancel();
        }

        return isNew;
    }

    public AtLeastOnceDeliverySnapshot GetDeliverySnapshot() => new(
        _lastDeliveryId,
        [.. _unconfirmed.Select(one => new UnconfirmedDelivery(one.Key, one.Value.Destination, one.Value.Message))]);

    public void SetDeliverySnapshot(AtLeastOnceDeliverySnapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        _lastDeliveryId = snapshot.CurrentDeliveryId;
        _unconfirmed.Clear();
        foreach (var one in snapshot.UnconfirmedDeliveries)
        {
            _unconfirmed[one.DeliveryId] = new Delivery(one.Destination, one.Message, Now - RedeliverInterval, attempt: 0);
        }
    }

    /// <summary>The actor stops or restarts.</summary>
    public void Cancel()
    {
        _timer?.Cancel();
        _timer = null;
    }

    /// <summary>Sends what the recovery left unconfirmed.</summary>
    public void OnReplaySuccess()
    {
        RedeliverOverdue();
        StartTimer();
    }

    /// <returns>True when the message was this object's own.</returns>
    public bool AroundReceive(Receive receive, object message)
    {
        if (message is not RedeliveryTick)
        {
            return false;
        }

        RedeliverOverdue();
        return true;
    }

    private void Send(long id, Delivery delivery, DateTime now)
    {
        _context.ActorSelection(delivery.Destination).Tell(delivery.Message, _self);
        _unconfirmed[id] = new Delivery(delivery.Destination, delivery.Message, now, delivery.Attempt + 1);
        StartTimer();
    }

    private void RedeliverOverdue()
    {
        var now = Now;
        var deadline = now - RedeliverInterval;
        var warnings = new List<UnconfirmedDelivery>();
        foreach (var (id, delivery) in _unconfirmed.Where(one => one.Value.Timestamp <= deadline).Take(RedeliveryBurstLimit).ToArray())
        {
            Send(id, delivery, now);
            if (delivery.Attempt == WarnAfterNumberOfUnconfirmedAttempts)
            {
                warnings.Add(new UnconfirmedDelivery(id, delivery.Destination, delivery.Message));
            }
        }

        if (warnings.Count > 0)
        {
            _self.Tell(new UnconfirmedWarning([.. warnings]), _self);
        }
    }

    private void StartTimer()
    {
        if (_timer is not null || _unconfirmed.Count == 0)
        {
            return;
        }

        var interval = RedeliverInterval / 2;
        var timer = new Cancelable(_context.System.Scheduler.Advanced);
        _timer = timer;
        _context.System.Scheduler.ScheduleTellRepeatedly(interval, interval, _self, RedeliveryTick.Instance, _self, timer);
    }

    /// <summary>A message, where it goes, and how often it went there.</summary>
    public sealed record Delivery
    {
        public Delivery(ActorPath destination, object message, DateTime timestamp, int attempt)
        {
            Destination = destination;
            Message = message;
            Timestamp = timestamp;
            Attempt = attempt;
        }

        public ActorPath Destination { get; }

        public object Message { get; }

        public DateTime Timestamp { get; }

        public int Attempt { get; }

        public Delivery IncrementedCopy() => new(Destination, Message, Timestamp, Attempt + 1);
    }

    /// <summary>Time to look for messages that are overdue.</summary>
    public sealed class RedeliveryTick : INotInfluenceReceiveTimeout, IDeadLetterSuppression
    {
        private RedeliveryTick()
        {
        }

        public static RedeliveryTick Instance { get; } = new();

        public override bool Equals(object? obj) => obj is RedeliveryTick;

        public override int GetHashCode() => nameof(RedeliveryTick).GetHashCode(StringComparison.Ordinal);
    }
}
