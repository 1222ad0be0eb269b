using System.Collections.Immutable;
using ActorBroker.Messages;
using ActorBroker.Messages.Sessions;
using Akka.Actor;

namespace ActorBroker.Client.Cluster;

/// <summary>
/// One request until its outcome: sends it to one address after the other, with pauses, until an answer that counts, or its deadline.
/// </summary>
/// <remarks>With each attempt goes an Identify, so that an address where nobody is costs no time. A node that may hold the request is
/// watched from then on, and the request is not sent again while the node lives. An answer counts whichever attempt it belongs to.
/// A group's coordinator is found by asking one node after the other, and asked first from then on.</remarks>
internal sealed class RequestActor : ReceiveActor, IWithTimers
{
    private readonly ClusterAccess _cluster;
    private readonly RequestPlan _plan;
    private readonly AttemptLog _log = new();
    private readonly bool _isForOneNode;
    private readonly string? _group;
    private ImmutableArray<string> _round = [];
    private int _inRound;
    private int _attempt;
    private string _address = "";
    private IActorRef? _watched;
    private bool _isAttemptOpen;
    private TimeSpan _pause;
    private bool _isOver;

    public RequestActor(ClusterAccess cluster, RequestPlan plan)
    {
        _cluster = cluster;
        _plan = plan;
        _isForOneNode = plan.Node != NodeId.None;
        _group = RequestRules.GroupOf(plan.Request);
        Receive<RequestRefused>(OnRefused);
        Receive<ISessionReply>(OnReply);
        Receive<ActorIdentity>(OnIdentity);
        Receive<Terminated>(OnTerminated);
        Receive<SilenceTick>(tick => EndAttempt(tick.Attempt, SessionError.None, $"{_address} did not answer within {cluster.Settings.ConnectTimeout}", mustPause: false));
        Receive<AttemptTick>(_ => BeginAttempt());
        Receive<DeadlineTick>(_ => OnDeadline());
    }

    public ITimerScheduler Timers { get; set; } = null!;

    private string What => _plan.Request.GetType().Name;

    protected override void PreStart()
    {
        Timers.StartSingleTimer(DeadlineTick.Key, new DeadlineTick(), _plan.Timeout);
        BeginAttempt();
    }

    protected override void PostStop()
    {
        if (!_isOver)
        {
            Fail(new ClientClosedException($"{What} had no outcome when the client ended; {_log}"));
        }
    }

    protected override void PreRestart(Exception reason, object message)
    {
        if (!_isOver)
        {
            _plan.Fail(new BrokerException(SessionError.None, false, $"{What} failed in the client: {reason.Message}", reason));
        }
    }

    protected override void PostRestart(Exception reason)
    {
        _isOver = true;   // the incarnation before has told the outcome
        Context.Stop(Self);
    }

    private void BeginAttempt()
    {
        if (NextAddress() is not { } address)
        {
            _log.Failed(SessionError.None, $"node {_plan.Node} is not in the client's view of the cluster");
            Context.Parent.Tell(ClusterActor.RenewView.Instance);
            Pause();
            return;
        }

        _attempt++;
        _address = address;
        _isAttemptOpen = true;
        _log.Begin(address);
        var sessions = Context.ActorSelection(address + SessionProtocol.SessionsPath);
        sessions.Tell(new Identify(_attempt), Self);
        sessions.Tell(_plan.Request, Self);
        Timers.StartSingleTimer(SilenceTick.Key, new SilenceTick(_attempt), _cluster.Settings.ConnectTimeout);
    }

    private string? NextAddress()
    {
        if (_isForOneNode)
        {
            return _cluster.AddressOf(_plan.Node);
        }

        if (_inRound >= _round.Length)
        {
            _round = _cluster.Contacts.InOrder(_cluster.View, _group);
            _inRound = 0;
        }

        return _round[_inRound++];
    }

    private void OnIdentity(ActorIdentity identity)
    {
        if (!_isAttemptOpen || !Equals(identity.MessageId, _attempt))
        {
            return;
        }

        if (identity.Subject is not { } sessions)
        {
            EndAttempt(_attempt, SessionError.None, $"{_address} has no {SessionProtocol.SessionsPath}", mustPause: false);
            return;
        }

        _log.Reached();
        if (RequestRules.MayBeHeld(_plan.Request))
        {
            _watched = Context.Watch(sessions);
            Timers.Cancel(SilenceTick.Key);
        }
    }

    private void OnTerminated(Terminated terminated)
    {
        if (terminated.ActorRef.Equals(_watched))
        {
            _watched = null;
            EndAttempt(_attempt, SessionError.None, $"{_address} went away", mustPause: false);
        }
    }

    private void OnRefused(RequestRefused refused)
    {
        _log.Reached();
        _cluster.Contacts.Remember(_address);
        RememberCoordinator(refused.Error);
        if (RequestRules.IsTriedAgain(_plan.Request, _isForOneNode, refused.Error))
        {
            EndAttempt(_attempt, refused.Error, $"{_address} refused: {refused.Error}, {refused.Message}", mustPause: refused.Error != SessionError.NotCoordinator);
            return;
        }

        Fail(SessionErrors.ToException(refused.Error, $"{What} was refused by {_address}: {refused.Error}, {refused.Message}"));
    }

    private void OnReply(ISessionReply reply)
    {
        var error = RequestRules.ErrorOf(reply);
        RememberCoordinator(error);
        if (RequestRules.IsTriedAgain(_plan.Request, _isForOneNode, error))
        {
            _log.Reached();
            EndAttempt(_attempt, error, $"{_address} answered {error}", mustPause: error != SessionError.NotCoordinator);
        }
        else if (_plan.ReplyType.IsInstanceOfType(reply))
        {
            _cluster.Contacts.Remember(_address);
            _isOver = true;
            _plan.Succeed(reply);
            Context.Stop(Self);
        }
        else
        {
            Fail(new BrokerException(SessionError.None, false, $"{What} was answered by {_address} with {reply.GetType().Name}, not {_plan.ReplyType.Name}: it speaks another version of the protocol."));
        }
    }

    private void RememberCoordinator(SessionError error)
    {
        if (_group is null || error is SessionError.NotCoordinator or SessionError.CoordinatorNotAvailable or SessionError.Overloaded or SessionError.ShuttingDown)
        {
            return;
        }

        _cluster.Contacts.RememberCoordinator(_group, _address);
        _inRound = _round.Length;   // the next round begins with it
    }

    private void Fail(BrokerException error)
    {
        _isOver = true;
        _plan.Fail(error);
        Context.Stop(Self);
    }

    /// <param name="mustPause">Before the next address; otherwise only when all addresses were tried.</param>
    private void EndAttempt(int attempt, SessionError error, string reason, bool mustPause)
    {
        if (attempt != _attempt || !_isAttemptOpen)
        {
            return;
        }

        _isAttemptOpen = false;
        Timers.Cancel(SilenceTick.Key);
        _log.Failed(error, reason);
        if (_watched is { } watched)
        {
            Context.Unwatch(watched);
            _watched = null;
        }

        var isRoundOver = _inRound >= _round.Length;
        if (isRoundOver && error == SessionError.NotCoordinator)
        {
            // It is a node that the view does not have.
            Context.Parent.Tell(ClusterActor.RenewView.Instance);
        }

        if (mustPause || _isForOneNode || isRoundOver)
        {
            Pause();
        }
        else
        {
            BeginAttempt();
        }
    }

    private void Pause()
    {
        _pause = _cluster.Settings.MetadataBackoff.After(_pause);
        Timers.StartSingleTimer(AttemptTick.Key, new AttemptTick(), _pause);
    }

    private void OnDeadline()
    {
        if (_isAttemptOpen && _log.LastReason.Length == 0)
        {
            _log.Failed(SessionError.None, $"{_address} did not answer");
        }

        var message = $"{What} had no outcome within {_plan.Timeout}; {_log}";
        Fail(_log.HasReachedSomebody
            ? new BrokerTimeoutException(message, _log.LastError == SessionError.None ? SessionError.TimedOut : _log.LastError)
            : new BrokerUnavailableException(message));
    }

    /// <summary>The node of that attempt has said nothing for the connect timeout.</summary>
    private sealed record SilenceTick(int Attempt)
    {
        public const string Key = "silence";
    }

    /// <summary>The pause is over.</summary>
    private sealed record AttemptTick
    {
        public const string Key = "attempt";
    }

    private sealed record DeadlineTick
    {
        public const string Key = "deadline";
    }
}
