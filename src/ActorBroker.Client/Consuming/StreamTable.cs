using System.Globalization;
using ActorBroker.Client.Cluster;
using ActorBroker.Log;
using ActorBroker.Messages;
using ActorBroker.Messages.Sessions;
using Akka.Actor;
using Akka.Event;

namespace ActorBroker.Client.Consuming;

/// <summary>The engine's streams: opens one for each partition at its leader, takes what comes, gives credit back.</summary>
/// <remarks>Runs inside the engine actor. A stream's number is never used twice, in no session: what comes for an old one finds nobody.</remarks>
internal sealed class StreamTable(
    ClusterAccess cluster, ConsumerSettings settings, TurnQueue turns, IActorContext context, ITimerScheduler timers, CancellationToken ended)
{
    private readonly Dictionary<int, AssignedPartition> _streams = [];
    private readonly Dictionary<NodeId, Link> _links = [];
    private readonly ILoggingAdapter _logging = context.GetLogger();
    private readonly IActorRef _self = context.Self;
    private int _lastStream;
    private int _lastLink;
    private bool _isRenewing;
    private TimeSpan _renewalPause;

    /// <summary>Opens the partition's stream at its next offset, or sees to it that this can be done.</summary>
    public void Open(AssignedPartition partition)
    {
        if (partition.IsGone || partition.IsFaulted || partition.Stream != 0 || partition.NextFetch == Offset.None)
        {
            return;
        }

        var view = cluster.View;
        var leader = view.LeaderOf(partition.Partition);
        if (leader == NodeId.None)
        {
            Renew(partition.Partition.Topic);
        }
        else if (LinkTo(leader) is { IsOpen: true } link)
        {
            partition.Stream = ++_lastStream;
            partition.Node = leader;
            _streams.Add(partition.Stream, partition);
            var credit = partition.Credit.Open(link.CreditBytesMax);
            link.Actor.Tell(new OpenStream(partition.Stream, partition.Partition, partition.NextFetch, view.EpochOf(partition.Partition), credit), _self);
        }
    }

    /// <summary>What still comes is dropped.</summary>
    public void Close(AssignedPartition partition)
    {
        partition.Chunks.Clear();
        timers.Cancel(partition);
        if (partition.Stream != 0)
        {
            _streams.Remove(partition.Stream);
            Tell(partition, new CloseStream(partition.Stream));
            partition.Stream = 0;
        }
    }

    /// <summary>Null when nobody waits for that.</summary>
    public AssignedPartition? Find(int stream) => _streams.GetValueOrDefault(stream);

    /// <summary>False when the bytes are not what was asked for; the stream is closed then.</summary>
    public bool OnBatches(AssignedPartition partition, BatchesRead read)
    {
        partition.HighWatermark = read.HighWatermark;
        partition.Pause = TimeSpan.Zero;
        partition.Credit.Received(read.Batches.Length);
        if (!BatchRun.TryMeasure(read.Batches.Span, partition.NextFetch, out var next))
        {
            partition.Credit.Consumed(read.Batches.Length);
            _streams.Remove(partition.Stream);
            Tell(partition, new CloseStream(partition.Stream));
            partition.Stream = 0;
            return false;
        }

        if (read.Batches.IsEmpty)
        {
            return true;
        }

        partition.NextFetch = next;
        partition.Chunks.AddLast(new Chunk(partition, read.Batches, next));
        turns.Offer(partition);
        return true;
    }

    /// <summary>The application is through with it.</summary>
    public void Consumed(Chunk chunk)
    {
        var partition = chunk.Of;
        partition.Credit.Consumed(chunk.Batches.Length);
        if (partition.Stream != 0 && _links.TryGetValue(partition.Node, out var link)
            && partition.Credit.TakeGrant(link.CreditBytesMax) is var grant and > 0)
        {
            Tell(partition, new GrantCredit(partition.Stream, grant));
        }
    }

    /// <summary>The node has ended the stream.</summary>
    /// <param name="willReopen">At the same offset, when that may help.</param>
    public void OnEnded(AssignedPartition partition, StreamEnded ended, bool willReopen)
    {
        _streams.Remove(ended.Stream);
        partition.Stream = 0;
        if (!willReopen)
        {
            return;
        }

        if (SessionErrors.NeedsNewView(ended.Error))
        {
            Renew(partition.Partition.Topic);
        }
        else
        {
            partition.Pause = cluster.Settings.MetadataBackoff.After(partition.Pause);
            timers.StartSingleTimer(partition, new ReopenTick(partition), partition.Pause);
        }
    }

    public void OnLinkOpened(LinkOpened opened, IEnumerable<AssignedPartition> all)
    {
        if (_links.TryGetValue(opened.Node, out var link))
        {
            (link.IsOpen, link.CreditBytesMax, link.Pause) = (true, Math.Max(1, opened.CreditBytesMax), TimeSpan.Zero);
            OpenAll(all);
        }
    }

    public void OnLinkClosed(LinkClosed closed, IEnumerable<AssignedPartition> all)
    {
        if (!_links.TryGetValue(closed.Node, out var link))
        {
            return;
        }

        // The first time only: what follows are attempts to come back.
        _logging.Log(link.Pause == TimeSpan.Zero ? LogLevel.WarningLevel : LogLevel.DebugLevel, "Consumer's session with node {0} is over: {1} {2}", closed.Node, closed.Error, closed.Reason);

        foreach (var partition in all.Where(partition => partition.Stream != 0 && partition.Node == closed.Node).ToArray())
        {
            _streams.Remove(partition.Stream);
            partition.Stream = 0;
        }

        link.IsOpen = false;
        link.Pause = cluster.Settings.MetadataBackoff.After(link.Pause);
        link.Actor = ActorRefs.Nobody;
        timers.StartSingleTimer(closed.Node, new RelinkTick(closed.Node), link.Pause);

        // A node that has just gone cannot say who leads now, and who asks it waits; it is asked when it is back, or stays away.
        if (closed.Error != SessionError.None || cluster.View.Nodes.Count > 1)
        {
            Renew();
        }
    }

    /// <summary>The pause after a session's end is over.</summary>
    public void OnRelink(RelinkTick tick, IEnumerable<AssignedPartition> all)
    {
        if (_links.TryGetValue(tick.Node, out var link) && link.Actor.IsNobody())
        {
            link.MayOpen = true;
        }

        OpenAll(all);
    }

    public void OnViewRenewed(ViewRenewed renewed, IEnumerable<AssignedPartition> all)
    {
        _isRenewing = false;
        if (renewed.Error is not null)
        {
            _renewalPause = cluster.Settings.MetadataBackoff.After(_renewalPause);
            timers.StartSingleTimer(RenewTick.Instance, RenewTick.Instance, _renewalPause);
            return;
        }

        _renewalPause = TimeSpan.Zero;
        OpenAll(all);
    }

    public void OnRenewTick(IEnumerable<AssignedPartition> all) =>
        Renew(all.Select(partition => partition.Partition.Topic).ToHashSet(StringComparer.Ordinal));

    public void OpenAll(IEnumerable<AssignedPartition> all)
    {
        foreach (var partition in all)
        {
            Open(partition);
        }
    }

    private Link? LinkTo(NodeId node)
    {
        if (!_links.TryGetValue(node, out var link))
        {
            link = new Link();
            _links.Add(node, link);
        }

        if (link.Actor.IsNobody() && link.MayOpen)
        {
            if (cluster.AddressOf(node) is null)
            {
                Renew();
                return null;
            }

            link.MayOpen = false;
            var sessions = cluster.SessionsOf(node);
            var (clientId, timeout) = (settings.ClientId, cluster.Settings.ConnectTimeout);
            var name = string.Create(CultureInfo.InvariantCulture, $"node-{node}-{++_lastLink}");
            link.Actor = context.ActorOf(Props.Create(() => new ConsumerLinkActor(node, sessions, clientId, timeout)), name);
        }

        return link;
    }

    private void Tell(AssignedPartition partition, ISessionMessage message)
    {
        if (_links.TryGetValue(partition.Node, out var link))
        {
            link.Actor.Tell(message, _self);
        }
    }

    /// <summary>Asks for a newer view; one question at a time, which the cluster access paces.</summary>
    private void Renew(params IReadOnlyCollection<string> topics)
    {
        if (!_isRenewing && !ended.IsCancellationRequested)
        {
            _isRenewing = true;
            cluster.RefreshAsync(topics, createMissing: false, cluster.View.Number, ended)
                .PipeTo(_self, _self, _ => new ViewRenewed(null), error => new ViewRenewed(error));
        }
    }

    private sealed class Link
    {
        public IActorRef Actor { get; set; } = ActorRefs.Nobody;

        public bool IsOpen { get; set; }

        /// <summary>False during the pause after an end.</summary>
        public bool MayOpen { get; set; } = true;

        public int CreditBytesMax { get; set; } = 1;

        public TimeSpan Pause { get; set; }
    }
}

/// <summary>Timer: open that partition's stream again.</summary>
internal sealed record ReopenTick(AssignedPartition Partition);

/// <summary>Timer: open a session with that node again, if one is needed.</summary>
internal sealed record RelinkTick(NodeId Node);

/// <summary>Timer: try again to renew the view.</summary>
internal sealed record RenewTick
{
    public static readonly RenewTick Instance = new();
}

/// <summary>The view of the cluster is newer, or could not be renewed.</summary>
internal sealed record ViewRenewed(Exception? Error);
