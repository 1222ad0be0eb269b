using System.Collections.Immutable;
using System.Diagnostics;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using Akka.Remote;
using Akka.Util;

namespace Akka.Cluster;

/// <summary>Runs a member's <see cref="ClusterMachine"/>: hands it messages and time, tells its state to subscribers. At <c>/system/cluster</c>.</summary>
internal sealed class ClusterDaemon : ReceiveActor, IClusterHost
{
    private static readonly TimeSpan TickInterval = TimeSpan.FromMilliseconds(100);
    private readonly Cluster _cluster;
    private readonly ClusterMachine _machine;
    private readonly Dictionary<Address, IActorRef> _others = [];
    private readonly Dictionary<IActorRef, ImmutableHashSet<Type>> _subscribers = [];
    private readonly List<Action> _whenUp = [];
    private readonly IActorRef _self;
    private readonly ILoggingAdapter _log;
    private readonly long _started = Stopwatch.GetTimestamp();
    private ICancelable? _ticks;
    private bool _wasUp;

    public ClusterDaemon(Cluster cluster)
    {
        _cluster = cluster;
        _self = Self;
        _log = Context.GetLogger();
        Log = cluster.Settings.LogInfo ? _log : NoLogger.Instance;
        _machine = new ClusterMachine(cluster.SelfUniqueAddress, cluster.Settings, this, new Random(cluster.SelfUniqueAddress.Uid), Detector);
        Receive<IClusterMessage>(message => _machine.Receive(message, Sender.Path.Address.HasLocalScope ? cluster.SelfAddress : Sender.Path.Address));
        Receive<TickNow>(_ => _machine.Tick());
        Receive<SendChangesNow>(_ => _machine.SendChanges());
        Receive<JoinTo>(message => _machine.JoinTo(message.Address));
        Receive<JoinSeeds>(message => _machine.JoinSeedNodes(message.Seeds));
        Receive<Subscribe>(OnSubscribe);
        Receive<Unsubscribe>(OnUnsubscribe);
        Receive<SendState>(message => message.Receiver.Tell(_cluster.State));
        Receive<WhenUp>(OnWhenUp);
        Receive<Terminated>(message => _subscribers.Remove(message.ActorRef));
        Receive<QuarantinedEvent>(message => _machine.OnTerminated(message.Address, message.Uid));
        Receive<Stop>(_ => OnStop());
    }

    public TimeSpan Now => Stopwatch.GetElapsedTime(_started);

    public long WallClockMs => Context.System.Scheduler.Now.ToUnixTimeMilliseconds();

    public ILoggingAdapter Log { get; }

    public void Send(Address to, IClusterMessage message)
    {
        if (!_others.TryGetValue(to, out var other))
        {
            other = to.Equals(_cluster.SelfAddress) ? Self : _cluster.System.Provider.ResolveActorRef(new RootActorPath(to) / "system" / "cluster");
            _others[to] = other;
        }

        other.Tell(message, Self);
    }

    public void Changed(MembershipState before, MembershipState now)
    {
        _cluster.Publish(now, ClusterChanges.StateOf(now));
        foreach (var change in ClusterChanges.Between(before, now))
        {
            if (change is ClusterEvent.MemberRemoved { PreviousStatus: MemberStatus.Down } lost)
            {
                ((RemoteActorRefProvider)_cluster.System.Provider).Quarantine(lost.Member.Address, lost.Member.UniqueAddress.Uid);
            }

            Tell(change);
        }

        if (!_wasUp && now.SelfMember?.Status is MemberStatus.Up or MemberStatus.WeaklyUp)
        {
            _wasUp = true;
            foreach (var callback in _whenUp)
            {
                Call(callback);
            }

            _whenUp.Clear();
        }
    }

    public void SendChangesAfter(TimeSpan delay) => Context.System.Scheduler.ScheduleTellOnce(delay, Self, SendChangesNow.Instance, Self);

    public void Ending(MembershipEnd end)
    {
        var shutdown = CoordinatedShutdown.Get(_cluster.System);
        switch (end)
        {
            case MembershipEnd.Left:
                _ = shutdown.Run(CoordinatedShutdown.ClusterLeavingReason.Instance);
                break;
            case MembershipEnd.NotAdmitted:
                _ = shutdown.Run(CoordinatedShutdown.ClusterJoinUnsuccessfulReason.Instance);
                break;
            case MembershipEnd.Downed when _cluster.Settings.RunCoordinatedShutdownWhenDown:
                _log.Warning("Cluster Node [{0}] - Marked as DOWN: shutting down", _cluster.SelfAddress);
                _ = shutdown.Run(CoordinatedShutdown.ClusterDowningReason.Instance);
                break;
            default:
                OnStop();
                break;
        }
    }

    /// <summary>A member whose machine fails is none: it would believe wrong things.</summary>
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(localOnlyDecider: _ => Directive.Restart);

    protected override void PreStart()
    {
        _ticks = Context.System.Scheduler.ScheduleTellRepeatedlyCancelable(TickInterval, TickInterval, Self, TickNow.Instance, Self);
        _cluster.System.EventStream.Subscribe(Self, typeof(QuarantinedEvent));
        if (_cluster.DowningProvider.DowningActorProps is { } downing)
        {
            Context.ActorOf(downing, "downingProvider");
        }
    }

    protected override void PreRestart(Exception reason, object message)
    {
        _log.Error(reason, "Cluster Node [{0}] - the cluster daemon failed and stops: {1}", _cluster.SelfAddress, reason.Message);
        Context.Stop(Self);
        base.PreRestart(reason, message);
    }

    protected override void PostStop()
    {
        _ticks?.Cancel();
        _cluster.System.EventStream.Unsubscribe(Self);
        _cluster.OnRemoved();
    }

    private void OnStop()
    {
        if (_machine.IsMember)
        {
            _machine.ConfirmExit();
            var own = _machine.State.SelfMember!;
            Tell(new ClusterEvent.MemberRemoved(own.Copy(MemberStatus.Removed), own.Status is MemberStatus.Down ? MemberStatus.Down : MemberStatus.Exiting));
        }

        Tell(ClusterEvent.ClusterShuttingDown.Instance);
        Context.Stop(Self);
    }

    private void OnSubscribe(Subscribe message)
    {
        _subscribers[message.Subscriber] = _subscribers.GetValueOrDefault(message.Subscriber, []).Union(message.Types);
        Context.Watch(message.Subscriber);
        if (message.Mode == ClusterEvent.SubscriptionInitialStateMode.InitialStateAsSnapshot)
        {
            message.Subscriber.Tell(_cluster.State);
            return;
        }

        var nothing = new MembershipState(Gossip.Empty, _machine.Self);
        foreach (var change in ClusterChanges.Between(nothing, _machine.State))
        {
            TellIfWanted(message.Subscriber, [.. message.Types], change);
        }
    }

    private void OnUnsubscribe(Unsubscribe message)
    {
        if (!_subscribers.TryGetValue(message.Subscriber, out var types))
        {
            return;
        }

        types = message.Type is null ? [] : types.Remove(message.Type);
        if (types.IsEmpty)
        {
            _subscribers.Remove(message.Subscriber);
            Context.Unwatch(message.Subscriber);
        }
        else
        {
            _subscribers[message.Subscriber] = types;
        }
    }

    private void OnWhenUp(WhenUp message)
    {
        if (_wasUp)
        {
            Call(message.Callback);
        }
        else
        {
            _whenUp.Add(message.Callback);
        }
    }

    private void Call(Action callback)
    {
        try
        {
            callback();
        }
        catch (Exception failed)   // somebody else's code: a failure of it is not the cluster's
        {
            _log.Error(failed, "[RegisterOnMemberUp] callback failed with [{0}]", failed.Message);
        }
    }

    private void Tell(ClusterEvent.IClusterDomainEvent change)
    {
        foreach (var (subscriber, types) in _subscribers)
        {
            TellIfWanted(subscriber, types, change);
        }
    }

    private void TellIfWanted(IActorRef subscriber, ImmutableHashSet<Type> types, ClusterEvent.IClusterDomainEvent change)
    {
        if (types.Any(type => type.IsInstanceOfType(change)))
        {
            subscriber.Tell(change, _self);
        }
    }

    private FailureDetector Detector()
    {
        var name = _cluster.Settings.FailureDetectorImplementationClass;
        var type = ConfiguredTypes.Find(name)
            ?? throw new ConfigurationException($"akka.cluster.failure-detector.implementation-class: there is no type [{name}].");
        return Activator.CreateInstance(type, _cluster.Settings.FailureDetectorConfig, _cluster.System.EventStream) as FailureDetector
            ?? throw new ConfigurationException($"akka.cluster.failure-detector.implementation-class: [{name}] is no failure detector.");
    }

    internal sealed record JoinTo(Address Address);

    internal sealed record JoinSeeds(ImmutableList<Address> Seeds);

    internal sealed record Subscribe(IActorRef Subscriber, ClusterEvent.SubscriptionInitialStateMode Mode, ImmutableArray<Type> Types);

    internal sealed record Unsubscribe(IActorRef Subscriber, Type? Type);

    internal sealed record SendState(IActorRef Receiver);

    internal sealed record WhenUp(Action Callback);

    /// <summary>Command: this system is done as a member; say so to the others and stop.</summary>
    internal sealed record Stop
    {
        public static readonly Stop Instance = new();
    }

    private sealed record TickNow
    {
        public static readonly TickNow Instance = new();
    }

    private sealed record SendChangesNow
    {
        public static readonly SendChangesNow Instance = new();
    }
}
