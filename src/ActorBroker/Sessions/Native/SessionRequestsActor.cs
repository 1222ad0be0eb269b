using ActorBroker.Messages.Sessions;
using Akka.Actor;
using Akka.Event;

namespace ActorBroker.Sessions.Native;

/// <summary>Answers the native requests that need no session: turns each into commands to the controller, the groups and the
/// partitions, and their replies into its answer.</summary>
/// <remarks>Every request gets one answer, at the latest when its time is over.</remarks>
internal sealed class SessionRequestsActor : ReceiveActor, IWithTimers
{
    private readonly NodeServices _node;
    private readonly Dictionary<long, OpenRequest> _open = [];
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private long _calls;
    private bool _isTickSet;

    public SessionRequestsActor(NodeServices node)
    {
        _node = node;
        var address = ((ExtendedActorSystem)Context.System).Provider.DefaultAddress.ToString();
        var cluster = new ClusterCalls(node, address);
        var admin = new AdminCalls(node);
        var groups = new GroupCalls(node);
        Receive<DescribeCluster>(m => Start(() => cluster.Describe(m)));
        Receive<FindOffsets>(m => Start(() => cluster.FindOffsets(m)));
        Receive<CreateTopic>(m => Start(() => admin.Create(m)));
        Receive<DeleteTopic>(m => Start(() => admin.Delete(m)));
        Receive<AddPartitions>(m => Start(() => admin.AddPartitions(m)));
        Receive<AlterTopic>(m => Start(() => admin.Alter(m)));
        Receive<DescribeTopicConfigs>(m => Start(() => admin.Describe(m)));
        Receive<ForgetRecords>(m => Start(() => admin.ForgetRecords(m)));
        Receive<JoinGroup>(m => Start(() => groups.Join(m, Sender.Path.Address.Host ?? "")));
        Receive<SyncGroup>(m => Start(() => groups.Sync(m)));
        Receive<HeartbeatGroup>(m => Start(() => groups.Heartbeat(m)));
        Receive<LeaveGroup>(m => Start(() => groups.Leave(m)));
        Receive<CommitGroupOffsets>(m => Start(() => groups.Commit(m)));
        Receive<FetchGroupOffsets>(m => Start(() => groups.FetchOffsets(m)));
        Receive<ForgetGroupOffsets>(m => Start(() => groups.ForgetOffsets(m)));
        Receive<FindGroups>(_ => Start(groups.List));
        Receive<FindGroup>(m => Start(() => groups.Describe(m)));
        Receive<ForgetGroup>(m => Start(() => groups.Forget(m)));
        Receive<ISessionRequest>(m => Refuse(SessionError.InvalidRequest, $"{m.GetType().Name} is not served by this node"));
        Receive<IReply>(OnReply);
        Receive<TimeoutTick>(_ => OnTimeoutTick());
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreRestart(Exception reason, object message)
    {
        RefuseAll(SessionError.Unknown, "the node failed on another request; its log says more");
        base.PreRestart(reason, message);
    }

    protected override void PostStop() => RefuseAll(SessionError.ShuttingDown, $"node {_node.Node} is stopping");

    private void RefuseAll(SessionError error, string message)
    {
        foreach (var request in _open.Values)
        {
            request.Client.Tell(new RequestRefused(error, message));
        }

        _open.Clear();
    }

    private void Start(Func<SessionCall> create)
    {
        if (_open.Count >= _node.Sessions.RequestsMax)
        {
            Refuse(SessionError.Overloaded, $"{_open.Count} requests are under way, the limit (broker.sessions.requests-max)");
            return;
        }

        SessionCall call;
        var number = _calls++;
        try
        {
            call = create();
            call.Start(number, Self);
        }
        catch (Exception cause)
        {
            // One request must not take the others with it, whatever is in it.
            _log.Error(cause, "A native request failed: {0}", cause.Message);
            Refuse(SessionError.Unknown, "the node failed on this request; its log says more");
            return;
        }

        if (call.IsDone)
        {
            Sender.Tell(call.Answer);
        }
        else
        {
            _open.Add(number, new OpenRequest(call, Sender, _node.Now() + _node.Sessions.RequestTimeout + call.ExtraTime));
            SetTick();
        }
    }

    private void OnReply(IReply reply)
    {
        if (!_open.TryGetValue(reply.Id.Call, out var request))
        {
            ReplyReturns.GiveBack(reply);
            return;
        }

        request.Call.OnReply(reply);
        if (request.Call.IsDone)
        {
            _open.Remove(reply.Id.Call);
            request.Client.Tell(request.Call.Answer);
        }
    }

    private void OnTimeoutTick()
    {
        _isTickSet = false;
        var now = _node.Now();
        foreach (var (number, request) in _open.Where(open => open.Value.Deadline <= now).ToArray())
        {
            _open.Remove(number);
            request.Call.OnTimeout();
            request.Client.Tell(request.Call.Answer);
        }

        SetTick();
    }

    private void SetTick()
    {
        if (!_isTickSet && _open.Count > 0)
        {
            _isTickSet = true;
            Timers.StartSingleTimer(TimeoutTick.Instance, TimeoutTick.Instance, _node.Sessions.TimeoutCheckInterval);
        }
    }

    private void Refuse(SessionError error, string message) => Sender.Tell(new RequestRefused(error, message));

    private sealed record OpenRequest(SessionCall Call, IActorRef Client, TimeSpan Deadline);

    private sealed record TimeoutTick
    {
        public static readonly TimeoutTick Instance = new();
    }
}
