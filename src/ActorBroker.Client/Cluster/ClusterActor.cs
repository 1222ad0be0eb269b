using System.Collections.Immutable;
using System.Globalization;
using ActorBroker.Messages;
using ActorBroker.Messages.Sessions;
using Akka.Actor;
using Akka.Event;

namespace ActorBroker.Client.Cluster;

/// <summary>Owner of the client's view of the cluster, and parent of its requests. One renewal of the view is under way at a time;
/// who asks meanwhile shares it, or waits for the next.</summary>
internal sealed class ClusterActor : ReceiveActor, IWithTimers
{
    private const long OwnId = 0;   // of what the actor itself asks for

    private readonly ClusterAccess _cluster;
    private readonly RefreshThrottle _throttle;
    private readonly ILoggingAdapter _logging = Context.GetLogger();
    private readonly List<Waiter> _waiters = [];
    private readonly Dictionary<string, long> _describedAt = new(StringComparer.Ordinal);   // number of the view since which a topic is as it is there
    private long _allDescribedAt;
    private bool _isFetching;

    public ClusterActor(ClusterAccess cluster)
    {
        _cluster = cluster;
        _throttle = new RefreshThrottle(cluster.Settings.MetadataBackoff);
        Receive<RefreshView>(OnRefresh);
        Receive<BeginRequest>(begin => StartRequest(begin.Id, begin.Plan));
        Receive<Abandon>(OnAbandon);
        Receive<RenewView>(_ => Renew([]));
        Receive<Fetched>(OnFetched);
        Receive<FetchFailed>(OnFetchFailed);
        Receive<FetchTick>(_ => FetchWhenDue());
        Receive<WaiterTick>(OnWaiterTick);
        Receive<MaxAgeTick>(_ => OnMaxAge());
    }

    public ITimerScheduler Timers { get; set; } = null!;

    private static TimeSpan Now => Context.System.Scheduler.MonotonicClock;

    protected override void PreStart() => Timers.StartPeriodicTimer(MaxAgeTick.Key, new MaxAgeTick(), _cluster.Settings.MetadataMaxAge);

    protected override void PostStop() => _cluster.Close();

    /// <summary>Children go on: they hold their own state. Refreshes do not.</summary>
    protected override void PreRestart(Exception reason, object message) =>
        Complete(_ => true, waiter => waiter.Fail(new BrokerException(SessionError.None, true, $"The view of the cluster was lost in the client: {reason.Message}", reason)));

    protected override void PostRestart(Exception reason) => PreStart();

    /// <summary>A request that fails says so to whom it may concern, and ends.</summary>
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Restart);

    private void OnRefresh(RefreshView command)
    {
        var waiter = new Waiter(command.Id, command.Topics?.ToImmutableHashSet(StringComparer.Ordinal), command.CreateMissing && command.Topics is not null, command.OlderThan, command.Done);
        if (IsSatisfied(waiter))
        {
            waiter.Succeed(_cluster.View);
            return;
        }

        _waiters.Add(waiter);
        Timers.StartSingleTimer(waiter.Id, new WaiterTick(waiter.Id), _cluster.Settings.RequestTimeout);
        FetchWhenDue();
    }

    private bool IsSatisfied(Waiter waiter)
    {
        var view = _cluster.View;
        var olderThan = Math.Max(waiter.OlderThan, 0);
        return waiter.Topics is null
            ? _allDescribedAt > olderThan
            : view.Number > olderThan && waiter.Topics.All(topic => _describedAt.GetValueOrDefault(topic) > olderThan
                && !(waiter.CreateMissing && view.Topics[topic].Error == SessionError.UnknownTopicOrPartition));
    }

    private void FetchWhenDue()
    {
        if (_isFetching || _waiters.Count == 0)
        {
            return;
        }

        var wait = _throttle.Wait(Now);
        if (wait > TimeSpan.Zero)
        {
            Timers.StartSingleTimer(FetchTick.Key, new FetchTick(), wait);
            return;
        }

        Timers.Cancel(FetchTick.Key);
        _isFetching = true;
        _throttle.Begin(Now);
        Fetch();
    }

    /// <summary>One question for all who wait, except that topics are created only for those who want that.</summary>
    private void Fetch()
    {
        var createMissing = _waiters[0].CreateMissing;
        var served = _waiters.Where(waiter => waiter.CreateMissing == createMissing).ToArray();
        foreach (var waiter in served)
        {
            waiter.IsInFetch = true;
        }

        var topics = served.Any(waiter => waiter.Topics is null) ? (ImmutableArray<string>?)null
            : [.. served.SelectMany(waiter => waiter.Topics ?? []).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        var self = Self;
        StartRequest(OwnId, new RequestPlan(
            new DescribeCluster(topics, createMissing),
            typeof(ClusterDescribed),
            NodeId.None,
            _cluster.Settings.RequestTimeout,
            reply => self.Tell(new Fetched((ClusterDescribed)reply, topics is null), ActorRefs.NoSender),
            error => self.Tell(new FetchFailed(error), ActorRefs.NoSender)));
    }

    private void OnFetched(Fetched fetched)
    {
        EndFetch();
        var view = _cluster.View.Merge(fetched.Answer, fetched.AreAllTopics);
        _cluster.Publish(view);
        NoteAges(view, fetched);
        Complete(waiter => waiter.IsInFetch || IsSatisfied(waiter), waiter => waiter.Succeed(view));
        FetchWhenDue();
    }

    private void NoteAges(ClusterView view, Fetched fetched)
    {
        if (fetched.AreAllTopics)
        {
            _describedAt.Clear();
            _allDescribedAt = view.Number;
        }

        foreach (var topic in fetched.Answer.Topics)
        {
            _describedAt[topic.Name] = view.Number;
        }
    }

    private void OnFetchFailed(FetchFailed failed)
    {
        EndFetch();
        _logging.Warning("The view of the cluster could not be renewed: {0}", failed.Error.Message);
        Complete(waiter => waiter.IsInFetch, waiter => waiter.Fail(failed.Error));
        FetchWhenDue();
    }

    private void EndFetch()
    {
        _isFetching = false;
        _throttle.End(Now);
    }

    private void OnWaiterTick(WaiterTick tick) => Complete(
        waiter => waiter.Id == tick.Id,
        waiter => waiter.Fail(new BrokerUnavailableException(
            $"No node described the cluster within {_cluster.Settings.RequestTimeout}; known are {string.Join(", ", _cluster.Contacts.InOrder(_cluster.View))}.")));

    private void OnAbandon(Abandon abandon)
    {
        Complete(waiter => waiter.Id == abandon.Id, _ => { });
        var request = Context.Child(RequestName(abandon.Id));
        if (!request.IsNobody())
        {
            Context.Stop(request);
        }
    }

    private void OnMaxAge()
    {
        if (_cluster.View.Number == 0)
        {
            return;
        }

        // Names of topics that do not exist are not kept for ever: who still wants them asks again.
        foreach (var topic in _cluster.View.Topics.Values.Where(topic => topic.Error == SessionError.UnknownTopicOrPartition))
        {
            _describedAt.Remove(topic.Name);
        }

        _cluster.Publish(_cluster.View.OnlyKnownTopics());
        Renew(_cluster.View.Topics.Keys);
    }

    /// <summary>Unless one of the actor's own renewals waits already.</summary>
    private void Renew(IEnumerable<string> topics)
    {
        if (!_waiters.Exists(waiter => waiter.Id == OwnId))
        {
            OnRefresh(new RefreshView(OwnId, [.. topics], CreateMissing: false, _cluster.View.Number, Waiter.Nobody()));
        }
    }

    private void Complete(Predicate<Waiter> which, Action<Waiter> how)
    {
        foreach (var waiter in _waiters.FindAll(which))
        {
            _waiters.Remove(waiter);
            Timers.Cancel(waiter.Id);
            how(waiter);
        }
    }

    private void StartRequest(long id, RequestPlan plan)
    {
        var cluster = _cluster;
        Context.ActorOf(Props.Create(() => new RequestActor(cluster, plan)), id == OwnId ? null : RequestName(id));
    }

    private static string RequestName(long id) => "request-" + id.ToString(CultureInfo.InvariantCulture);

    /// <summary>Command, of a request: a node is missing in the view.</summary>
    internal sealed record RenewView : IClusterMessage
    {
        public static readonly RenewView Instance = new();
    }

    private sealed record Fetched(ClusterDescribed Answer, bool AreAllTopics) : IClusterMessage;

    private sealed record FetchFailed(BrokerException Error) : IClusterMessage;

    private sealed record WaiterTick(long Id) : IClusterMessage;

    private sealed record FetchTick : IClusterMessage
    {
        public const string Key = "fetch";
    }

    private sealed record MaxAgeTick : IClusterMessage
    {
        public const string Key = "max-age";
    }

    /// <summary>Somebody who waits for a newer view.</summary>
    /// <param name="Topics">Null: all.</param>
    private sealed record Waiter(long Id, ImmutableHashSet<string>? Topics, bool CreateMissing, long OlderThan, TaskCompletionSource<ClusterView> Done)
    {
        /// <summary>The renewal under way asks for its topics.</summary>
        public bool IsInFetch { get; set; }

        /// <summary>The actor itself wants a newer view; a failure is in the log.</summary>
        public static TaskCompletionSource<ClusterView> Nobody()
        {
            var done = new TaskCompletionSource<ClusterView>();
            done.SetCanceled();
            return done;
        }

        public void Succeed(ClusterView view) => Done.TrySetResult(view);

        public void Fail(BrokerException error) => Done.TrySetException(error);
    }
}
