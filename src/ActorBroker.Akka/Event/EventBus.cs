using System.Collections.Concurrent;

namespace Akka.Event;

/// <summary>
/// Hands events to whoever subscribed to their class. The classes form a hierarchy: a subscription covers what is below it.
/// </summary>
/// <remarks>Safe from any thread. Subscribing costs a copy of the list, publishing one look into a cache.</remarks>
/// <typeparam name="TEvent">What is published.</typeparam>
/// <typeparam name="TClassifier">What subscribers choose by.</typeparam>
/// <typeparam name="TSubscriber">Who gets it.</typeparam>
public abstract class EventBus<TEvent, TClassifier, TSubscriber>
    where TClassifier : notnull
{
    private readonly Lock _changing = new();
    private Subscription[] _subscriptions = [];
    private ConcurrentDictionary<TClassifier, TSubscriber[]> _receivers = new();

    /// <returns>False when the subscriber already gets everything of that class.</returns>
    public virtual bool Subscribe(TSubscriber subscriber, TClassifier classifier)
    {
        lock (_changing)
        {
            if (Array.Exists(_subscriptions, s => s.IsOf(subscriber) && Covers(s, classifier)))
            {
                return false;
            }

            Replace([.. _subscriptions, new Subscription(subscriber, classifier, [])]);
            return true;
        }
    }

    /// <summary>Ends all subscriptions of the subscriber.</summary>
    public virtual bool Unsubscribe(TSubscriber subscriber)
    {
        lock (_changing)
        {
            var kept = Array.FindAll(_subscriptions, s => !s.IsOf(subscriber));
            var changed = kept.Length != _subscriptions.Length;
            Replace(kept);
            return changed;
        }
    }

    /// <summary>Ends the subscriber's subscriptions to that class and what is below it; one to a class above keeps the rest.</summary>
    public virtual bool Unsubscribe(TSubscriber subscriber, TClassifier classifier)
    {
        lock (_changing)
        {
            var changed = false;
            var kept = new List<Subscription>(_subscriptions.Length);
            foreach (var subscription in _subscriptions)
            {
                var next = subscription.IsOf(subscriber) ? Without(subscription, classifier) : subscription;
                changed |= next != subscription;
                if (next is not null)
                {
                    kept.Add(next);
                }
            }

            Replace([.. kept]);
            return changed;
        }
    }

    /// <summary>Hands the event to every subscriber of its class, once each, in the order of their subscriptions.</summary>
    public virtual void Publish(TEvent @event)
    {
        var classifier = GetClassifier(@event);
        var receivers = Volatile.Read(ref _receivers);
        if (!receivers.TryGetValue(classifier, out var subscribers))
        {
            // Whoever changes the subscriptions changes the cache object too: a result of the old list lands in the old cache.
            subscribers = SubscribersOf(@event, classifier);
            receivers.TryAdd(classifier, subscribers);
        }

        foreach (var subscriber in subscribers)
        {
            Publish(@event, subscriber);
        }
    }

    /// <summary>Is <paramref name="child"/> the same class as, or one below, <paramref name="parent"/>?</summary>
    protected abstract bool IsSubClassification(TClassifier parent, TClassifier child);

    protected abstract void Publish(TEvent @event, TSubscriber subscriber);

    /// <summary>Does a subscription to that class cover the event?</summary>
    protected abstract bool Classify(TEvent @event, TClassifier classifier);

    protected abstract TClassifier GetClassifier(TEvent @event);

    protected string SimpleName(object source) => Logging.SimpleName(source);

    protected string SimpleName(Type source) => Logging.SimpleName(source);

    /// <summary>Has the subscriber any subscription left?</summary>
    private protected bool IsSubscribed(TSubscriber subscriber) => Array.Exists(_subscriptions, s => s.IsOf(subscriber));

    private bool Covers(Subscription subscription, TClassifier classifier) =>
        IsSubClassification(subscription.Classifier, classifier)
        && !Array.Exists(subscription.Except, e => IsSubClassification(e, classifier));

    private Subscription? Without(Subscription subscription, TClassifier classifier)
    {
        if (IsSubClassification(classifier, subscription.Classifier))
        {
            return null;
        }

        return Covers(subscription, classifier)
            ? subscription with { Except = [.. subscription.Except, classifier] }
            : subscription;
    }

    private TSubscriber[] SubscribersOf(TEvent @event, TClassifier classifier)
    {
        var subscriptions = Volatile.Read(ref _subscriptions);
        return subscriptions
            .Where(s => Classify(@event, s.Classifier) && !Array.Exists(s.Except, e => IsSubClassification(e, classifier)))
            .Select(s => s.Subscriber)
            .Distinct()
            .ToArray();
    }

    private void Replace(Subscription[] subscriptions)
    {
        Volatile.Write(ref _subscriptions, subscriptions);
        Volatile.Write(ref _receivers, new());
    }

    private sealed record Subscription(TSubscriber Subscriber, TClassifier Classifier, TClassifier[] Except)
    {
        public bool IsOf(TSubscriber subscriber) => EqualityComparer<TSubscriber>.Default.Equals(Subscriber, subscriber);
    }
}
