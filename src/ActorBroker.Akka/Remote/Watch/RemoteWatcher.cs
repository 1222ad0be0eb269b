using Akka.Actor;
using Akka.Dispatch.SysMsg;
using Akka.Event;

namespace Akka.Remote;

/// <summary>Watches over systems in which actors are watched, by heartbeats; when one falls silent, all watched actors there are
/// terminated and the system is quarantined. At <c>/system/remote-watcher</c>.</summary>
/// <remarks>Watches themselves travel from watcher to watchee as system messages; here is only noted who watches whom.</remarks>
public sealed class RemoteWatcher : ReceiveActor
{
    private readonly Remoting _remoting;
    private readonly DefaultFailureDetectorRegistry<Address> _detectors;
    private readonly Dictionary<Address, Watched> _systems = [];
    private readonly Dictionary<Address, HashSet<(IInternalActorRef Watchee, IInternalActorRef Watcher)>> _watchedFrom = [];
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private ICancelable? _heartbeats;
    private ICancelable? _reaper;

    internal RemoteWatcher(Remoting remoting)
    {
        _remoting = remoting;
        var settings = remoting.Settings;
        _detectors = new DefaultFailureDetectorRegistry<Address>(
            () => new PhiAccrualFailureDetector(settings.WatchFailureDetectorConfig, remoting.EventStream));

        Receive<Heartbeat>(_ => Sender.Tell(new HeartbeatRsp(remoting.Uid)));
        Receive<HeartbeatRsp>(OnHeartbeatRsp);
        Receive<HeartbeatTick>(_ => OnHeartbeatTick());
        Receive<ReapUnreachableTick>(_ => OnReap());
        Receive<ExpectedFirstHeartbeat>(OnExpectedFirstHeartbeat);
        Receive<WatchRemote>(OnWatch);
        Receive<UnwatchRemote>(message => Forget(message.Watchee, message.Watcher));
        Receive<WatcheeTerminated>(OnWatcheeTerminated);
        Receive<WatchedFrom>(OnWatchedFrom);
        Receive<UnwatchedFrom>(message => ForgetFrom(message.From, message.Watchee, message.Watcher));
        Receive<SystemRestarted>(OnSystemRestarted);
    }

    protected override void PreStart()
    {
        var settings = _remoting.Settings;
        _heartbeats = Context.System.Scheduler.ScheduleTellRepeatedlyCancelable(
            settings.WatchHeartBeatInterval, settings.WatchHeartBeatInterval, Self, HeartbeatTick.Instance, Self);
        _reaper = Context.System.Scheduler.ScheduleTellRepeatedlyCancelable(
            settings.WatchUnreachableReaperInterval, settings.WatchUnreachableReaperInterval, Self, ReapUnreachableTick.Instance, Self);
    }

    protected override void PostStop()
    {
        _heartbeats?.Cancel();
        _reaper?.Cancel();
    }

    private void OnWatch(WatchRemote message)
    {
        var address = message.Watchee.Path.Address;
        if (!_systems.TryGetValue(address, out var watched))
        {
            watched = new Watched();
            _systems.Add(address, watched);
        }

        watched.Pairs.Add((message.Watchee, message.Watcher));
        watched.Uid ??= message.Uid;
        if (message.Uid is { } uid && uid != watched.Uid)
        {
            // The watch went to another life than the one that is known here: whichever is the older, asking again tells.
            WatchAgain(message.Watchee, message.Watcher);
        }
    }

    private void OnWatcheeTerminated(WatcheeTerminated message)
    {
        if (_systems.TryGetValue(message.Watchee.Path.Address, out var watched))
        {
            watched.Pairs.RemoveWhere(pair => SamePlace(pair.Watchee, message.Watchee));
            ForgetSystemIfUnwatched(message.Watchee.Path.Address, watched);
        }
    }

    private void OnHeartbeatRsp(HeartbeatRsp answer)
    {
        var address = Sender.Path.Address;
        if (_systems.TryGetValue(address, out var watched))
        {
            Meet(address, watched, answer.AddressUid);
            _detectors.Heartbeat(address);
        }
    }

    /// <summary>A connection has met another life of a system: there is no need to wait for its heartbeat.</summary>
    private void OnSystemRestarted(SystemRestarted message)
    {
        UnwatchAllFrom(message.Address);
        if (_systems.TryGetValue(message.Address, out var watched))
        {
            Meet(message.Address, watched, message.Uid);
        }
    }

    /// <summary>Compares lives. What was watched in an earlier one is gone, which the new one says itself when it is asked again.</summary>
    private void Meet(Address address, Watched watched, int uid)
    {
        if (watched.Uid is { } known && known != uid)
        {
            _detectors.Remove(address);
            foreach (var (watchee, watcher) in watched.Pairs)
            {
                WatchAgain(watchee, watcher);
            }
        }

        watched.Uid = uid;
    }

    private void WatchAgain(IInternalActorRef watchee, IInternalActorRef watcher) =>
        _remoting.AssociationWith(watchee.Path.Address).PostSystem(new Watch(watchee, watcher), (RemoteActorRef)watchee);

    private void OnHeartbeatTick()
    {
        foreach (var (address, watched) in _systems)
        {
            var first = !watched.IsAsked;
            watched.IsAsked = true;
            RemoteWatcherAt(address).Tell(Heartbeat.Instance, Self);
            if (first)
            {
                // Silence from the very beginning counts, too.
                Context.System.Scheduler.ScheduleTellOnce(
                    _remoting.Settings.WatchHeartbeatExpectedResponseAfter, Self, new ExpectedFirstHeartbeat(address), Self);
            }
        }
    }

    private void OnExpectedFirstHeartbeat(ExpectedFirstHeartbeat expected)
    {
        if (_systems.ContainsKey(expected.From) && !_detectors.IsMonitoring(expected.From))
        {
            _detectors.Heartbeat(expected.From);
        }
    }

    private void OnReap()
    {
        foreach (var (address, watched) in _systems.ToArray())
        {
            if (_detectors.IsAvailable(address))
            {
                continue;
            }

            _log.Warning("Detected unreachable: [{0}]", address);
            _systems.Remove(address);
            _detectors.Remove(address);
            _remoting.Quarantine(address, watched.Uid, "it is silent (akka.remote.watch-failure-detector)");
            foreach (var (watchee, watcher) in watched.Pairs)
            {
                watcher.SendSystemMessage(new DeathWatchNotification(watchee, existenceConfirmed: true, addressTerminated: true));
            }

            UnwatchAllFrom(address);
        }
    }

    private void OnWatchedFrom(WatchedFrom message)
    {
        if (!_watchedFrom.TryGetValue(message.From, out var pairs))
        {
            pairs = [];
            _watchedFrom.Add(message.From, pairs);
        }

        pairs.RemoveWhere(pair => pair.Watchee.IsTerminated);
        pairs.Add((message.Watchee, message.Watcher));
    }

    private void ForgetFrom(Address from, IInternalActorRef watchee, IInternalActorRef watcher)
    {
        if (_watchedFrom.TryGetValue(from, out var pairs) && pairs.Remove((watchee, watcher)) && pairs.Count == 0)
        {
            _watchedFrom.Remove(from);
        }
    }

    /// <summary>Who watched from there is no more: actors here need not tell him of their end.</summary>
    private void UnwatchAllFrom(Address address)
    {
        if (_watchedFrom.Remove(address, out var pairs))
        {
            foreach (var (watchee, watcher) in pairs)
            {
                watchee.SendSystemMessage(new Unwatch(watchee, watcher));
            }
        }
    }

    private void Forget(IInternalActorRef watchee, IInternalActorRef watcher)
    {
        var address = watchee.Path.Address;
        if (_systems.TryGetValue(address, out var watched))
        {
            watched.Pairs.Remove((watchee, watcher));
            ForgetSystemIfUnwatched(address, watched);
        }
    }

    private void ForgetSystemIfUnwatched(Address address, Watched watched)
    {
        if (watched.Pairs.Count == 0)
        {
            _systems.Remove(address);
            _detectors.Remove(address);
        }
    }

    /// <summary>A reference that was made from a bare path has no incarnation.</summary>
    private static bool SamePlace(IActorRef noted, IActorRef ended) =>
        noted.Path.Equals(ended.Path) && (noted.Path.Uid == ended.Path.Uid || noted.Path.Uid == ActorPath.UndefinedUid);

    private IActorRef RemoteWatcherAt(Address address) => _remoting.Provider.ResolveActorRef(new RootActorPath(address) / "system" / "remote-watcher");

    /// <summary>Are you there? Answered by <see cref="HeartbeatRsp"/>.</summary>
    public sealed class Heartbeat : IPriorityMessage
    {
        private Heartbeat()
        {
        }

        public static Heartbeat Instance { get; } = new();
    }

    /// <summary>Yes, and this is the number of the system's present life.</summary>
    public sealed class HeartbeatRsp(int addressUid) : IPriorityMessage
    {
        public int AddressUid { get; } = addressUid;
    }

    /// <param name="Uid">The life of the system that was spoken to when the watch was sent; null: none yet.</param>
    internal sealed record WatchRemote(IInternalActorRef Watchee, IInternalActorRef Watcher, int? Uid);

    internal sealed record UnwatchRemote(IInternalActorRef Watchee, IInternalActorRef Watcher);

    /// <summary>An actor there has said itself that it is no more.</summary>
    internal sealed record WatcheeTerminated(IActorRef Watchee);

    /// <summary>An actor there watches one here.</summary>
    internal sealed record WatchedFrom(Address From, IInternalActorRef Watchee, IInternalActorRef Watcher);

    internal sealed record UnwatchedFrom(Address From, IInternalActorRef Watchee, IInternalActorRef Watcher);

    /// <summary>A new life of that system was met.</summary>
    internal sealed record SystemRestarted(Address Address, int Uid);

    private sealed record ExpectedFirstHeartbeat(Address From);

    private sealed class HeartbeatTick
    {
        public static readonly HeartbeatTick Instance = new();
    }

    private sealed class ReapUnreachableTick
    {
        public static readonly ReapUnreachableTick Instance = new();
    }

    private sealed class Watched
    {
        public HashSet<(IInternalActorRef Watchee, IInternalActorRef Watcher)> Pairs { get; } = [];

        public int? Uid { get; set; }

        public bool IsAsked { get; set; }
    }
}

/// <summary>Goes before ordinary messages where a connection has a choice.</summary>
public interface IPriorityMessage;
