using System.Collections.Immutable;
using ActorBroker.Messages;
using Akka.Actor;
using Akka.Dispatch.SysMsg;

namespace ActorBroker.Partitions;

/// <summary>Where a partition is reached for as long as this node has it, whether its <see cref="PartitionActor"/> is there or sleeps.</summary>
/// <remarks>
/// Told from any thread; opened, closed and ended by <see cref="PartitionsActor"/> alone. Awake, it passes messages on. Otherwise it
/// keeps them, has the partition woken, and gives them to it before any later one, so that no message is lost and those of one
/// sender keep their order:
/// <list type="bullet">
/// <item>kept messages and the way they will go are one reference, exchanged in one step: a message is either among those that
/// <see cref="Open"/> hands over, or comes behind them;</item>
/// <item>who passes a message on is counted while it does: <see cref="TryClose"/> succeeds only when every message that went past it
/// is in the actor's mailbox.</item>
/// </list>
/// Watched, it says when the node does not have the partition any more.
/// </remarks>
internal sealed class PartitionRef(TopicPartition name, IActorRef owner, long uid, int waitingMax) : MinimalActorRef
{
    private static readonly Waiting Closed = new(null, null, null, null);
    private Way _way = Closed;
    private int _passing;
    private bool _isUsed;
    private int _quietTicks;
    private ImmutableList<IInternalActorRef>? _watchers;

    public TopicPartition Name => name;

    /// <summary>Made anew each time: it is rarely asked for, and there may be very many partitions.</summary>
    public override ActorPath Path => (owner.Path / name.ToString()).WithUid(uid);

    public override IActorRefProvider Provider => ((IInternalActorRef)owner).Provider;

    /// <summary>The partition has no actor, and nobody waits for it.</summary>
    public bool IsAsleep => Volatile.Read(ref _way) is Waiting { Asleep: not null };

    /// <summary>True when a message that takes a partition to answer came since the last <see cref="CountQuietTicks"/>.</summary>
    public bool IsUsed => Volatile.Read(ref _isUsed);

    /// <summary>Ticks for which no message came, this one included.</summary>
    public int CountQuietTicks()
    {
        _quietTicks = IsUsed ? 0 : _quietTicks + 1;
        Volatile.Write(ref _isUsed, false);
        return _quietTicks;
    }

    /// <summary>Messages go to this actor from now on, behind those that wait.</summary>
    public void Open(IActorRef actor)
    {
        _quietTicks = 0;
        var open = new Awake(actor);
        while (Volatile.Read(ref _way) is Waiting waiting)
        {
            if (waiting.Count == 0)
            {
                Interlocked.CompareExchange(ref _way, open, waiting);
            }
            else if (Interlocked.CompareExchange(ref _way, Closed, waiting) == waiting)
            {
                foreach (var (message, sender) in waiting.InOrder())
                {
                    actor.Tell(message, sender);
                }
            }
        }
    }

    /// <summary>Messages wait from now on, and all that came before are in the actor's mailbox. False: one is on its way; nothing has changed.</summary>
    public bool TryClose()
    {
        var awake = Volatile.Read(ref _way) as Awake;
        Check.That(awake is not null);
        Interlocked.Exchange(ref _way, Closed);
        if (Volatile.Read(ref _passing) == 0)
        {
            return true;
        }

        Open(awake.Actor);
        return false;
    }

    /// <summary>The partition sleeps: the next message that the log's outline cannot answer wakes it. False: one waits already.</summary>
    public bool TryFallAsleep(SleepingLog log)
    {
        var way = Volatile.Read(ref _way);
        return way is Waiting { Count: 0 } && Interlocked.CompareExchange(ref _way, new Waiting(log, null, null, null), way) == way;
    }

    /// <summary>The node does not have the partition any more, or it has failed: what waits and what comes is refused.</summary>
    public void End(AppendError append = AppendError.NotLeader, FetchError fetch = FetchError.NotLeader)
    {
        var before = Interlocked.Exchange(ref _way, Ended.With(append, fetch));
        if (before is Waiting waiting)
        {
            foreach (var (message, sender) in waiting.InOrder())
            {
                Refusals.Refuse(message, sender, this, append, fetch);
            }
        }

        foreach (var watcher in Interlocked.Exchange(ref _watchers, null) ?? [])
        {
            TellTerminated(watcher);
        }
    }

    public override void SendSystemMessage(ISystemMessage message)
    {
        if (message is Watch watch)
        {
            ImmutableInterlocked.Update(ref _watchers, (watchers, added) => (watchers ?? []).Add(added), watch.Watcher);
            if (Volatile.Read(ref _way) is Ended)
            {
                TellTerminated(watch.Watcher);    // once more does no harm
            }
        }
        else if (message is Unwatch unwatch)
        {
            ImmutableInterlocked.Update(ref _watchers, (watchers, removed) => watchers?.Remove(removed), unwatch.Watcher);
        }
    }

    protected override void TellInternal(object message, IActorRef sender)
    {
        // Neither who watches offsets grow nor the janitor keeps a partition awake.
        if (!_isUsed && message is not (FindOffset or ApplyRetention))
        {
            Volatile.Write(ref _isUsed, true);
        }

        Interlocked.Increment(ref _passing);
        if (Volatile.Read(ref _way) is Awake awake)
        {
            try
            {
                awake.Actor.Tell(message, sender);
            }
            finally
            {
                Interlocked.Decrement(ref _passing);
            }
        }
        else
        {
            Interlocked.Decrement(ref _passing);
            Keep(message, sender);
        }
    }

    private void Keep(object message, IActorRef? sender)
    {
        while (true)
        {
            var way = Volatile.Read(ref _way);
            if (way is not Waiting waiting)
            {
                if (way is Ended ended)
                {
                    Refusals.Refuse(message, sender, this, ended.Append, ended.Fetch);
                }
                else
                {
                    TellInternal(message, sender!);
                }

                return;
            }

            if (waiting.Asleep is { } log && message is FindOffset question && log.Answer(question) is { } answer)
            {
                sender?.Tell(answer, this);
                return;
            }

            if (waiting.Count >= waitingMax)
            {
                Refusals.Refuse(message, sender, this, AppendError.Overloaded, FetchError.Overloaded);
                return;
            }

            if (Interlocked.CompareExchange(ref _way, new Waiting(null, waiting, message, sender), waiting) == waiting)
            {
                if (waiting.Asleep is not null)
                {
                    owner.Tell(new WakePartition(this), ActorRefs.NoSender);
                }

                return;
            }
        }
    }

    private void TellTerminated(IInternalActorRef watcher) =>
        watcher.SendSystemMessage(new DeathWatchNotification(this, existenceConfirmed: true, addressTerminated: false));

    /// <summary>What becomes of a message.</summary>
    private abstract class Way;

    private sealed class Awake(IActorRef actor) : Way
    {
        public IActorRef Actor => actor;
    }

    private sealed class Ended(AppendError append, FetchError fetch) : Way
    {
        private static readonly Ended Gone = new(AppendError.NotLeader, FetchError.NotLeader);

        public AppendError Append => append;

        public FetchError Fetch => fetch;

        public static Ended With(AppendError append, FetchError fetch) => append == AppendError.NotLeader ? Gone : new Ended(append, fetch);
    }

    /// <summary>A message that waits, and through it all before it.</summary>
    /// <param name="asleep">The log while the partition sleeps and nothing waits; null while it falls asleep, wakes, or something waits.</param>
    /// <param name="before">Null with <paramref name="message"/>: nothing waits.</param>
    private sealed class Waiting(SleepingLog? asleep, Waiting? before, object? message, IActorRef? sender) : Way
    {
        public SleepingLog? Asleep => asleep;

        public int Count { get; } = before is null ? 0 : before.Count + 1;

        public (object Message, IActorRef? Sender)[] InOrder()
        {
            var all = new (object, IActorRef?)[Count];
            var at = this;
            for (var i = Count - 1; i >= 0; i--)
            {
                all[i] = at.Message;
                at = at.Before!;
            }

            return all;
        }

        private (object, IActorRef?) Message => (message!, sender);

        private Waiting? Before => before;
    }
}
