using ActorBroker.Log;
using ActorBroker.Messages;
using ActorBroker.Messages.Sessions;
using Akka;
using Akka.Actor;
using Akka.Event;

namespace ActorBroker.Client.Consuming;

/// <summary>See <see cref="ConsumerActor"/>. One record is asked for at a time, while the target may have more.</summary>
internal sealed class DeliveryActor<TKey, TValue> : ReceiveActor, IWithTimers, IDisposable
{
    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromMilliseconds(200);
    private readonly ConsumerActorOptions<TKey, TValue> _options;
    private readonly Consumer<TKey, TValue> _consumer;
    private readonly ConsumerEnumerator<TKey, TValue> _records;
    private readonly UnackedRecords<TKey, TValue> _unacked = new();
    private readonly ILoggingAdapter _logging = Context.GetLogger();
    private readonly TimeSpan _revokePatience;
    private readonly bool _hasGroup;
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IActorRef? _target;
    private IActorRef? _revoker;
    private bool _isAsking;
    private Dictionary<TopicPartition, Offset>? _committing;
    private long _commits;

    public DeliveryActor(BrokerClient client, ConsumerActorOptions<TKey, TValue> options)
    {
        _options = options;
        _hasGroup = !string.IsNullOrEmpty(options.Consumer.GroupId);
        var (self, me) = (Self, this);
        var consumer = options.Consumer with
        {
            CommitMode = CommitMode.Manual,
            OnAssigned = null,
            OnRevoked = revoked => Task.WhenAny(self.Ask<Done>(new Revoke(me, revoked.AreLost), Timeout.InfiniteTimeSpan), me._over.Task),
        };
        var settings = ConsumerSettings.Read(client.System.Settings.Config, client.Settings.ClientId, consumer) with { WaitsForApplication = false };
        _revokePatience = settings.RebalanceTimeout / 2;
        _consumer = new Consumer<TKey, TValue>(client, settings, consumer);
        _records = _consumer.Enumerate(default);
        Receive<Ack>(OnAck);
        Receive<Pulled>(OnPulled);
        Receive<PullFailed>(OnPullFailed);
        Receive<Ready>(_ => OnReady());
        Receive<ActorIdentity>(OnIdentity);
        Receive<Terminated>(OnTerminated);
        Receive<Revoke>(OnRevoke);
        Receive<RevokeTick>(_ => EndRevoke());
        Receive<Committed>(OnCommitted);
        Receive<LookTick>(_ => LookForTarget());
        Receive<PullTick>(_ => Pull());
        Receive<RedeliverTick>(_ => OnRedeliverTick());
        Receive<CommitTick>(_ => Commit());
    }

    public ITimerScheduler Timers { get; set; } = null!;

    private static TimeSpan Now => Context.System.Scheduler.MonotonicClock;

    protected override void PreStart()
    {
        if (_options.Topics.IsEmpty)
        {
            _consumer.Assign(_options.Partitions);
        }
        else
        {
            _consumer.Subscribe(_options.Topics);
        }

        Timers.StartPeriodicTimer(CommitTick.Instance, CommitTick.Instance, _options.CommitInterval);
        Timers.StartPeriodicTimer(RedeliverTick.Instance, RedeliverTick.Instance, _options.RedeliverAfter / 4);
        LookForTarget();
    }

    /// <summary>The consumer carries out in this order: the commit, then its end.</summary>
    protected override void PostStop()
    {
        _revoker?.Tell(Done.Instance);
        if (_hasGroup && _unacked.TakeAcknowledged() is { Count: > 0 } positions)
        {
            Ignore(_consumer.CommitAsync(positions));
        }

        Dispose();
    }

    protected override void PreRestart(Exception reason, object message) => PostStop();

    public void Dispose()
    {
        _over.TrySetResult();
        Ignore(_consumer.DisposeAsync().AsTask());
    }

    private static void Ignore(Task task) =>
        task.ContinueWith(static failed => failed.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);

    // ---- records

    private void Pull()
    {
        if (_isAsking || _target is null || _revoker is not null || _unacked.Count >= _options.MaxUnacked)
        {
            return;
        }

        _isAsking = true;
        var next = _records.MoveNextAsync();
        if (next.IsCompletedSuccessfully)
        {
            Self.Tell(Outcome(next.Result), ActorRefs.NoSender);
        }
        else
        {
            next.AsTask().PipeTo(Self, ActorRefs.NoSender, Outcome, error => new PullFailed(this, error));
        }
    }

    private Pulled Outcome(bool isThere) => isThere ? new Pulled(this, _records.Current, _records.CurrentOf) : new Pulled(this, null, null);

    private void OnPulled(Pulled pulled)
    {
        if (pulled.By != this)
        {
            return;
        }

        _isAsking = false;
        if (pulled.Record is null)
        {
            Context.Stop(Self);    // the consumer has ended with the client
            return;
        }

        if (pulled.Of is not { IsGone: true })
        {
            _target?.Tell(_unacked.Add(pulled.Record, Now));
        }

        Pull();
    }

    private void OnPullFailed(PullFailed failed)
    {
        if (failed.By != this)
        {
            return;
        }

        _isAsking = false;
        if (failed.Error is not BrokerException { IsRetriable: true })
        {
            throw failed.Error as BrokerException ?? new BrokerException(SessionError.None, false, $"Reading failed: {failed.Error.Message}", failed.Error);
        }

        _logging.Warning("Reading is interrupted: {0}", failed.Error.Message);
        Timers.StartSingleTimer(PullTick.Instance, PullTick.Instance, LookAgainAfter);
    }

    private void OnAck(Ack ack)
    {
        _unacked.Acknowledge(ack.DeliveryId);
        if (_revoker is not null && _unacked.Count == 0)
        {
            EndRevoke();
        }

        Pull();
    }

    // ---- the target

    private void LookForTarget() => Context.ActorSelection(_options.Target).Tell(new Identify("target"), Self);

    private void OnIdentity(ActorIdentity identity)
    {
        if (_target is not null)
        {
            return;
        }

        if (identity.Subject is not { } found)
        {
            Timers.StartSingleTimer(LookTick.Instance, LookTick.Instance, LookAgainAfter);
            return;
        }

        _target = Context.Watch(found);
        DeliverAgain();
        Pull();
    }

    private void OnTerminated(Terminated terminated)
    {
        if (terminated.ActorRef.Equals(_target))
        {
            _target = null;
            LookForTarget();
        }
    }

    private void OnReady()
    {
        DeliverAgain();
        Pull();
    }

    private void OnRedeliverTick()
    {
        if (_target is not null && _unacked.OldestAt is { } oldest && Now - oldest >= _options.RedeliverAfter)
        {
            _logging.Warning("{0} has not acknowledged a record for {1}: {2} are delivered again", _options.Target, _options.RedeliverAfter, _unacked.Count);
            DeliverAgain();
        }

        // A path may lead elsewhere, and an Identify may be lost on its way.
        if (_target is null)
        {
            LookForTarget();
        }
    }

    private void DeliverAgain()
    {
        foreach (var delivery in _unacked.Again(Now))
        {
            _target?.Tell(delivery);
        }
    }

    // ---- positions

    private void Commit()
    {
        if (_hasGroup && _committing is null && _unacked.TakeAcknowledged() is { Count: > 0 } positions)
        {
            _committing = positions;
            var number = ++_commits;
            _consumer.CommitAsync(positions).PipeTo(Self, Self, () => new Committed(this, number, positions, null), error => new Committed(this, number, positions, error));
        }
    }

    private void OnCommitted(Committed committed)
    {
        if (committed.By != this || committed.Number != _commits)
        {
            return;    // of partitions that were revoked meanwhile
        }

        _committing = null;
        if (committed.Error is not null)
        {
            _logging.Warning("Positions were not committed: {0}", committed.Error.Message);
            _unacked.PutBack(committed.Positions);
        }
    }

    // ---- rebalances

    /// <summary>The group takes all partitions. What the target has in hand may still be acknowledged, for a while.</summary>
    private void OnRevoke(Revoke revoke)
    {
        if (revoke.By != this)
        {
            Sender.Tell(Done.Instance);
            return;
        }

        _revoker = Sender;
        if (revoke.AreLost || _unacked.Count == 0)
        {
            EndRevoke();
        }
        else
        {
            Timers.StartSingleTimer(RevokeTick.Instance, RevokeTick.Instance, _revokePatience);
        }
    }

    private void EndRevoke()
    {
        Timers.Cancel(RevokeTick.Instance);
        if (_revoker is not { } revoker)
        {
            return;
        }

        _unacked.PutBack(_committing ?? []);    // they may fail, and this is the last chance
        var positions = _unacked.TakeAcknowledged();
        (_revoker, _committing) = (null, null);
        _unacked.Clear();
        _commits++;
        var committed = positions.Count == 0 ? Task.CompletedTask : _consumer.CommitAsync(positions);
        committed.PipeTo(revoker, Self, () => Done.Instance, _ => Done.Instance);    // a refusal means that they are lost
        Pull();
    }

    // What an incarnation has asked for may come to the next one, which is not to hear it: hence By.
    private sealed record Pulled(object By, ConsumeResult<TKey, TValue>? Record, AssignedPartition? Of);

    private sealed record PullFailed(object By, Exception Error);

    private sealed record Revoke(object By, bool AreLost);

    private sealed record Committed(object By, long Number, Dictionary<TopicPartition, Offset> Positions, Exception? Error);

    private sealed record LookTick
    {
        public static readonly LookTick Instance = new();
    }

    private sealed record PullTick
    {
        public static readonly PullTick Instance = new();
    }

    private sealed record RevokeTick
    {
        public static readonly RevokeTick Instance = new();
    }

    private sealed record RedeliverTick
    {
        public static readonly RedeliverTick Instance = new();
    }

    private sealed record CommitTick
    {
        public static readonly CommitTick Instance = new();
    }
}
