using Akka.Actor;
using Akka.Actor.Internal;

namespace Akka.Event;

/// <summary>
/// The event bus of an actor system: log events, dead letters, and whatever its actors publish. Subscribers choose by type
/// and get what is of that type or derived from it. A subscriber that stops is unsubscribed.
/// </summary>
public class EventStream : LoggingBus
{
    private readonly bool _debug;
    private readonly Lock _starting = new();
    private readonly HashSet<IActorRef> _toWatch = [];
    private IActorRef? _unsubscriber;

    /// <param name="debug">Logs every subscription, as of <c>akka.actor.debug.event-stream</c>.</param>
    public EventStream(bool debug) => _debug = debug;

    /// <exception cref="ArgumentNullException">No subscriber.</exception>
    public override bool Subscribe(IActorRef subscriber, Type channel)
    {
        ArgumentNullException.ThrowIfNull(subscriber);
        LogChange("subscribing", subscriber, "to channel", channel);
        WatchForEnd(subscriber);
        return base.Subscribe(subscriber, channel);
    }

    /// <exception cref="ArgumentNullException">No subscriber.</exception>
    public override bool Unsubscribe(IActorRef subscriber, Type channel)
    {
        ArgumentNullException.ThrowIfNull(subscriber);
        LogChange("unsubscribing", subscriber, "from channel", channel);
        var changed = base.Unsubscribe(subscriber, channel);
        StopWatchingWithoutSubscription(subscriber);
        return changed;
    }

    /// <exception cref="ArgumentNullException">No subscriber.</exception>
    public override bool Unsubscribe(IActorRef subscriber)
    {
        ArgumentNullException.ThrowIfNull(subscriber);
        LogChange("unsubscribing", subscriber, "from all channels", null);
        var changed = base.Unsubscribe(subscriber);
        StopWatchingWithoutSubscription(subscriber);
        return changed;
    }

    /// <summary>Starts the actor that watches subscribers, once the system can have actors.</summary>
    public void StartUnsubscriber(ActorSystemImpl system)
    {
        ArgumentNullException.ThrowIfNull(system);
        lock (_starting)
        {
            if (_unsubscriber is not null)
            {
                return;
            }

            _unsubscriber = system.SystemActorOf(
                Props.Create(() => new EventStreamUnsubscriber(this)), "eventStreamUnsubscriber");
            foreach (var subscriber in _toWatch)
            {
                _unsubscriber.Tell(new EventStreamUnsubscriber.Register(subscriber), ActorRefs.NoSender);
            }

            _toWatch.Clear();
        }
    }

    /// <summary>Ends what a dead subscriber has left, without talking about it to the actor that found it dead.</summary>
    internal void RemoveDead(IActorRef subscriber)
    {
        LogChange("unsubscribing", subscriber, "from all channels", null);
        base.Unsubscribe(subscriber);
    }

    internal bool HasSubscription(IActorRef subscriber) => IsSubscribed(subscriber);

    private void WatchForEnd(IActorRef subscriber)
    {
        if (subscriber is MinimalLogger)
        {
            return;   // lives as long as the process
        }

        lock (_starting)
        {
            if (_unsubscriber is null)
            {
                _toWatch.Add(subscriber);
                return;
            }
        }

        _unsubscriber.Tell(new EventStreamUnsubscriber.Register(subscriber), ActorRefs.NoSender);
    }

    private void StopWatchingWithoutSubscription(IActorRef subscriber)
    {
        if (subscriber is MinimalLogger || IsSubscribed(subscriber))
        {
            return;
        }

        lock (_starting)
        {
            _toWatch.Remove(subscriber);
        }

        _unsubscriber?.Tell(new EventStreamUnsubscriber.UnregisterIfUnsubscribed(subscriber), ActorRefs.NoSender);
    }

    private void LogChange(string what, IActorRef subscriber, string where, Type? channel)
    {
        if (_debug)
        {
            Publish(new Debug(Logging.SimpleName(this), GetType(), $"{what} {subscriber} {where} {channel}".TrimEnd()));
        }
    }
}
