using ActorBroker.Messages;
using ActorBroker.Messages.Sessions;
using Akka.Actor;
using Akka.Event;

namespace ActorBroker.Client.Producing;

/// <summary>The broker's half of a producer: takes batches out of the buffers and brings them to the leaders of their partitions, again
/// when needed, in the order that <see cref="PartitionQueue"/> allows.</summary>
/// <remarks>One a producer. Its children hold the sessions. Does not restart: a producer whose engine fails is closed, and says so.</remarks>
internal sealed class ProducerEngineActor : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan CheckIntervalMax = TimeSpan.FromSeconds(1);

    private readonly ProducerShared _shared;
    private readonly ProducerSettings _settings;
    private readonly Accumulator _accumulator;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Dictionary<NodeId, NodeLink> _nodes = [];
    private readonly Dictionary<IActorRef, NodeLink> _links = [];
    private readonly List<PartitionLane> _lanes = [];
    private readonly List<ProducerBatch> _closed = [];     // empty between calls
    private readonly List<QueuedBatch> _failed = [];       // empty between messages
    private readonly TimeSpan _answerTimeout;
    private readonly TimeSpan _checkInterval;
    private long _producerId = -1;
    private bool _isChecking;
    private bool _isClosing;

    public ProducerEngineActor(ProducerShared shared)
    {
        _shared = shared;
        _settings = shared.Settings;
        _accumulator = shared.Accumulator;
        // The node itself gives up after its own request timeout; who has said nothing for that long and longer is gone.
        _answerTimeout = shared.Cluster.Settings.RequestTimeout + shared.Cluster.Settings.ConnectTimeout;
        _checkInterval = _settings.DeliveryTimeout / 10 < CheckIntervalMax ? _settings.DeliveryTimeout / 10 : CheckIntervalMax;
        Receive<BatchStored>(OnStored);
        Receive<Wake>(_ => OnWake());
        Receive<BatchRefused>(OnRefused);
        Receive<ProducerOpened>(OnOpened);
        Receive<LinkLost>(OnLinkLost);
        Receive<Terminated>(terminated => LoseLink(terminated.ActorRef, SessionError.None, "the link ended"));
        Receive<LeaderSought>(OnLeaderSought);
        Receive<LaneTick>(OnLaneTick);
        Receive<LingerTick>(tick => Pump(tick.Lane));
        Receive<NodeTick>(tick => OnNodeTick(tick.Node));
        Receive<CheckTick>(_ => OnCheck());
        Receive<FlushProducer>(OnFlush);
        Receive<CloseProducer>(OnClose);
        Receive<CloseTick>(_ => Context.Stop(Self));
    }

    public ITimerScheduler Timers { get; set; } = null!;

    private TimeSpan Now => _accumulator.Now();

    /// <summary>Fails what is left.</summary>
    protected override void PostStop()
    {
        _shared.Dispose();
        foreach (var lane in _lanes)
        {
            lane.Queue.Clear(_failed);
        }

        foreach (var buffer in _accumulator.Buffers)
        {
            buffer.TakeAll(_closed);
        }

        _failed.AddRange(_closed);
        foreach (var batch in _failed)
        {
            Complete((ProducerBatch)batch, ProducerShared.Closed());
        }
    }

    protected override void PreRestart(Exception reason, object message)
    {
        _log.Error(reason, "A producer has failed and is closed");
        PostStop();
    }

    protected override void PostRestart(Exception reason) => Context.Stop(Self);

    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Stop);

    private void OnWake()
    {
        _accumulator.Awake();
        while (_accumulator.TryTakeNews(out var buffer))
        {
            Pump(LaneOf(buffer));
        }

        StartChecking();
        StopWhenAnswered();
    }

    private PartitionLane LaneOf(PartitionBuffer buffer)
    {
        if (buffer.Lane is { } known)
        {
            return known;
        }

        var lane = new PartitionLane(buffer, new PartitionQueue(_settings.MaxInFlight, _settings.IsIdempotent));
        buffer.Lane = lane;
        _lanes.Add(lane);
        return lane;
    }

    /// <summary>Sends what may be sent.</summary>
    private void Pump(PartitionLane lane)
    {
        while (!lane.IsBlocked)
        {
            Gather(lane);
            if (lane.Queue.Count == lane.Queue.InFlight || LinkFor(lane) is not { } link)
            {
                return;
            }

            if (lane.Queue.Next(_producerId) is not ProducerBatch batch)
            {
                RenewProducerId(lane);
                return;
            }

            var bytes = batch.Sealed.IsEmpty ? batch.SizeInBytes : batch.Sealed.Length;
            if (!link.HasCreditFor(bytes))
            {
                WaitInLine(link, lane);
                return;
            }

            if (lane.Queue.Sending(batch, _producerId))
            {
                batch.Seal(_settings.Compression);
            }

            var sent = link.Send(lane, batch, Now);
            link.Actor.Tell(new StoreBatch(sent.Number, lane.Partition, (sbyte)_settings.Acks, batch.Sealed), Self);
        }
    }

    /// <summary>Moves batches from the buffer to the queue: closed ones, and the open one when its time has come.</summary>
    private void Gather(PartitionLane lane)
    {
        var openedAt = lane.Buffer.Take(_closed);
        if (openedAt is { } since && IsDue(lane, since))
        {
            lane.Buffer.TakeAll(_closed);
            openedAt = null;
        }

        lane.HasOpen = openedAt is not null;
        Enqueue(lane);
    }

    private void Enqueue(PartitionLane lane)
    {
        foreach (var batch in _closed)
        {
            lane.Queue.Add(batch);
        }

        _closed.Clear();
    }

    private bool IsDue(PartitionLane lane, TimeSpan openedAt)
    {
        if (_isClosing)
        {
            return true;
        }

        if (_settings.Linger == TimeSpan.Zero)
        {
            return lane.Queue.Count == 0 && _closed.Count == 0;
        }

        var left = openedAt + _settings.Linger - Now;
        if (left > TimeSpan.Zero && lane.LingersSince != openedAt)
        {
            lane.LingersSince = openedAt;
            Timers.StartSingleTimer((lane, nameof(LingerTick)), new LingerTick(lane), left);
        }

        return left <= TimeSpan.Zero;
    }

    /// <summary>The session for the next batch; null: the partition waits for one.</summary>
    private NodeLink? LinkFor(PartitionLane lane)
    {
        if (lane.Queue.InFlight > 0 && lane.Link is { State: NodeLinkState.Open } current)
        {
            return current;   // until all is answered: the batches of a partition do not take two ways at a time
        }

        var view = _shared.Cluster.View;
        var leader = view.LeaderOf(lane.Partition);
        if (leader == NodeId.None || _shared.Cluster.AddressOf(leader) is null)
        {
            lane.ViewNumber = Math.Max(lane.ViewNumber, view.Number);
            SeekLeader(lane);
            return null;
        }

        if (!_nodes.TryGetValue(leader, out var link))
        {
            link = _nodes[leader] = new NodeLink(leader);
        }

        if (link.State == NodeLinkState.Open)
        {
            (lane.Link, lane.ViewNumber) = (link, view.Number);
            return link;
        }

        lane.ViewNumber = view.Number;
        WaitInLine(link, lane);
        if (link.State == NodeLinkState.Idle)
        {
            OpenLink(link);
        }

        return null;
    }

    private static void WaitInLine(NodeLink link, PartitionLane lane)
    {
        if (!lane.IsInLine)
        {
            lane.IsInLine = true;
            link.Line.Enqueue(lane);
        }
    }

    /// <summary>Each in line gets its turn, once.</summary>
    private void ServeLine(NodeLink link)
    {
        for (var left = link.Line.Count; left > 0 && (link.State != NodeLinkState.Open || link.HasCreditFor(1)); left--)
        {
            var lane = link.Line.Dequeue();
            lane.IsInLine = false;
            Pump(lane);
        }
    }

    private void OpenLink(NodeLink link)
    {
        var request = new OpenProducer(SessionProtocol.Version, _shared.Cluster.Settings.ClientId, _settings.IsIdempotent, _producerId, 0);
        var sessions = _shared.Cluster.SessionsOf(link.Node);
        var timeout = _shared.Cluster.Settings.ConnectTimeout;
        var actor = Context.Watch(Context.ActorOf(Props.Create(() => new SessionLinkActor(sessions, request, timeout))));
        link.Opening(actor);
        _links.Add(actor, link);
    }

    private void OnOpened(ProducerOpened opened)
    {
        if (!_links.TryGetValue(Sender, out var link))
        {
            return;
        }

        if (_producerId < 0)
        {
            _producerId = opened.ProducerId;
        }

        link.Pause = TimeSpan.Zero;
        link.Opened(opened.CreditBytes, opened.CreditBatches);
        ServeLine(link);
    }

    private void OnLinkLost(LinkLost lost) => LoseLink(Sender, lost.Error, lost.Message);

    private void LoseLink(IActorRef actor, SessionError error, string message)
    {
        if (!_links.Remove(actor, out var link))
        {
            return;
        }

        _log.Info("The producer's session with node {0} is over: {1} {2}", link.Node, error, message);
        Context.Unwatch(actor);
        Context.Stop(actor);
        var lanes = new HashSet<PartitionLane>(link.Line);
        link.Line.Clear();
        foreach (var sent in link.Lose())
        {
            sent.Lane.Queue.Lost(sent.Batch, error, message, _failed);
            lanes.Add(sent.Lane);
        }

        link.Pause = _shared.Cluster.Settings.MetadataBackoff.After(link.Pause);
        Timers.StartSingleTimer(link, new NodeTick(link), link.Pause);
        foreach (var lane in lanes)
        {
            lane.IsInLine = false;
            SeekLeader(lane);
        }

        FailFailed();
    }

    private void OnNodeTick(NodeLink link)
    {
        link.Resume();
        ServeLine(link);
    }

    private void OnStored(BatchStored stored)
    {
        if (!_links.TryGetValue(Sender, out var link) || link.Answered(stored.Number) is not { } sent)
        {
            return;
        }

        sent.Lane.Pause = TimeSpan.Zero;
        if (sent.Lane.Queue.Stored(sent.Batch, _failed))
        {
            sent.Batch.Succeed(stored.BaseOffset, stored.LogAppendTime);
            Complete(sent.Batch, null);
        }

        AfterAnswer(link, sent.Lane);
    }

    private void OnRefused(BatchRefused refused)
    {
        if (!_links.TryGetValue(Sender, out var link) || link.Answered(refused.Number) is not { } sent)
        {
            return;
        }

        var lane = sent.Lane;
        if (lane.Queue.Refused(sent.Batch, refused.Error, refused.Message, _failed) && sent.Batch.State == BatchState.Waiting)
        {
            if (SessionErrors.NeedsNewView(refused.Error))
            {
                SeekLeader(lane);
            }
            else if (refused.Error != SessionError.OutOfOrderSequence)
            {
                PauseLane(lane);
            }
        }

        AfterAnswer(link, lane);
    }

    private void AfterAnswer(NodeLink link, PartitionLane lane)
    {
        FailFailed();
        Pump(lane);
        ServeLine(link);
        StopWhenAnswered();
    }

    /// <summary>The partition goes on when there is a newer view than the one that led nowhere.</summary>
    private void SeekLeader(PartitionLane lane)
    {
        if (lane.IsBlocked)
        {
            return;
        }

        lane.IsBlocked = true;
        _shared.Cluster.RefreshAsync([lane.Partition.Topic], createMissing: false, lane.ViewNumber, _shared.Aborted)
            .PipeTo(Self, success: _ => new LeaderSought(lane, null), failure: error => new LeaderSought(lane, error));
    }

    private void OnLeaderSought(LeaderSought sought)
    {
        var lane = sought.Lane;
        lane.IsBlocked = false;
        var leader = _shared.Cluster.View.LeaderOf(lane.Partition);
        if (sought.Error is not null || leader == NodeId.None || leader == lane.Link?.Node)
        {
            PauseLane(lane);   // nothing has changed: not at once again
            return;
        }

        Pump(lane);
    }

    private void PauseLane(PartitionLane lane)
    {
        if (lane.IsBlocked)
        {
            return;
        }

        lane.IsBlocked = true;
        lane.Pause = _shared.Cluster.Settings.MetadataBackoff.After(lane.Pause);
        Timers.StartSingleTimer((lane, nameof(LaneTick)), new LaneTick(lane), lane.Pause);
    }

    private void OnLaneTick(LaneTick tick)
    {
        tick.Lane.IsBlocked = false;
        Pump(tick.Lane);
    }

    /// <summary>Where a partition has used up the epochs of the producer id: the next session gives another one.</summary>
    private void RenewProducerId(PartitionLane lane)
    {
        if (!lane.Queue.NeedsNewProducerId)
        {
            return;
        }

        _producerId = -1;
        foreach (var actor in new List<IActorRef>(_links.Keys))
        {
            LoseLink(actor, SessionError.None, "the producer needs a new id");
        }

        SeekLeader(lane);
    }

    private void StartChecking()
    {
        if (!_isChecking)
        {
            _isChecking = true;
            Timers.StartSingleTimer(CheckTick.Instance, CheckTick.Instance, _checkInterval);
        }
    }

    /// <summary>Looks after deadlines.</summary>
    private void OnCheck()
    {
        _isChecking = false;
        var now = Now;
        var isBusy = false;
        foreach (var lane in _lanes)
        {
            if (lane.Buffer.Take(_closed) is { } openedAt && openedAt + _settings.DeliveryTimeout <= now)
            {
                lane.Buffer.TakeAll(_closed);
            }

            Enqueue(lane);
            lane.Queue.Expire(now, _failed);
            FailFailed();
            Pump(lane);
            isBusy |= lane.Queue.Count > 0 || lane.HasOpen;
        }

        if (LoseSilentLinks(now) || isBusy)
        {
            StartChecking();
        }

        StopWhenAnswered();
    }

    /// <returns>True when something is unanswered.</returns>
    private bool LoseSilentLinks(TimeSpan now)
    {
        var isBusy = false;
        foreach (var (actor, link) in new List<KeyValuePair<IActorRef, NodeLink>>(_links))
        {
            foreach (var sent in link.Unanswered)
            {
                isBusy = true;
                if (sent.SentAt + _answerTimeout <= now)
                {
                    LoseLink(actor, SessionError.TimedOut, $"a batch was not answered within {_answerTimeout}");
                    break;
                }
            }
        }

        return isBusy;
    }

    private void OnFlush(FlushProducer flush)
    {
        var count = new FlushCount(flush.Done);
        OnWake();
        foreach (var lane in _lanes)
        {
            lane.Buffer.TakeAll(_closed);
            Enqueue(lane);
            foreach (var batch in lane.Queue.Batches)
            {
                count.Add();
                (((ProducerBatch)batch).Flushes ??= []).Add(count);
            }

            Pump(lane);
        }

        count.Remove();
    }

    private void OnClose(CloseProducer close)
    {
        _isClosing = true;
        Timers.StartSingleTimer(CloseTick.Instance, CloseTick.Instance, close.Timeout);
        OnWake();
        foreach (var lane in _lanes)
        {
            Pump(lane);
        }

        StopWhenAnswered();
    }

    private void StopWhenAnswered()
    {
        if (!_isClosing || _shared.Waiting > 0)
        {
            return;
        }

        foreach (var lane in _lanes)
        {
            Gather(lane);
            if (lane.Queue.Count > 0)
            {
                return;
            }
        }

        Context.Stop(Self);
    }

    private void FailFailed()
    {
        if (_failed.Count == 0)
        {
            return;
        }

        foreach (var failed in _failed)
        {
            var batch = (ProducerBatch)failed;
            Complete(batch, batch.ErrorAt(Now, _settings.DeliveryTimeout));
        }

        _failed.Clear();
    }

    private void Complete(ProducerBatch batch, Exception? error)
    {
        if (error is not null)
        {
            batch.Fail(error);
        }

        _accumulator.Budget.Give(batch.BytesTaken);
        batch.Release(_accumulator.Pool);
        if (batch.Flushes is { } flushes)
        {
            foreach (var flush in flushes)
            {
                flush.Remove();
            }
        }
    }
}
