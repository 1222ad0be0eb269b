using Akka.Actor;
using Akka.Actor.Internal;
using Akka.Dispatch.SysMsg;
using Akka.Event;

namespace Akka.Remote;

/// <summary>Actors of this process and of others (<c>akka.actor.provider = remote</c>): <c>akka.tcp</c> on Akka.NET's wire format.</summary>
public class RemoteActorRefProvider : IActorRefProvider
{
    private readonly LocalActorRefProvider _local;
    private readonly EventStream _eventStream;
    private readonly TaskCompletionSource _terminated = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Remoting? _remoting;
    private IActorRef? _watcher;

    public RemoteActorRefProvider(string systemName, Settings settings, EventStream eventStream)
    {
        ArgumentNullException.ThrowIfNull(settings);
        _eventStream = eventStream;
        RemoteSettings = new RemoteSettings(settings.Config);
        _local = new LocalActorRefProvider(systemName, settings, eventStream, this);
    }

    public RemoteSettings RemoteSettings { get; }

    public IInternalActorRef RootGuardian => _local.RootGuardian;

    public LocalActorRef Guardian => _local.Guardian;

    public LocalActorRef SystemGuardian => _local.SystemGuardian;

    public IActorRef DeadLetters => _local.DeadLetters;

    public ActorPath RootPath => _local.RootPath;

    public Settings Settings => _local.Settings;

    public Deployer Deployer => _local.Deployer;

    public IInternalActorRef TempContainer => _local.TempContainer;

    public Task TerminationTask => _terminated.Task;

    /// <summary><c>akka.tcp://system@host:port</c>.</summary>
    public Address DefaultAddress => Remoting.Address;

    internal Remoting Remoting => _remoting ?? throw new InvalidOperationException("The system has not been started.");

    /// <summary>Watches over the systems in which actors are watched.</summary>
    internal IActorRef RemoteWatcher => _watcher ?? DeadLetters;

    public virtual void Init(ActorSystemImpl system)
    {
        ArgumentNullException.ThrowIfNull(system);
        var remoting = new Remoting(system, this, RemoteSettings);
        remoting.Start();
        _remoting = remoting;
        _local.Init(system);
        _watcher = system.SystemActorOf(Props.Create(() => new RemoteWatcher(remoting)), "remote-watcher");
        remoting.Run();
        _ = ShutDownAfterTreeAsync(remoting);
    }

    /// <summary>The system is complete: messages of others may come.</summary>
    internal virtual void Open() => Remoting.Open();

    public IInternalActorRef ActorOf(
        ActorSystemImpl system,
        Props props,
        IInternalActorRef supervisor,
        ActorPath path,
        bool systemService,
        Deploy? deploy,
        bool lookupDeploy,
        bool async) => _local.ActorOf(system, props, supervisor, path, systemService, deploy, lookupDeploy, async);

    public IActorRef RootGuardianAt(Address address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return IsOwn(address) ? RootGuardian : RemoteRef(new RootActorPath(address));
    }

    public ActorPath TempPath() => _local.TempPath();

    public IActorRef ResolveActorRef(string path) => ActorPath.TryParse(path, out var parsed) ? ResolveActorRef(parsed) : DeadLetters;

    public IActorRef ResolveActorRef(ActorPath actorPath)
    {
        ArgumentNullException.ThrowIfNull(actorPath);
        return IsOwn(actorPath.Address) ? ResolveLocal(actorPath) : RemoteRef(actorPath);
    }

    public void RegisterTempActor(IInternalActorRef actorRef, ActorPath path) => _local.RegisterTempActor(actorRef, path);

    public void UnregisterTempActor(ActorPath path) => _local.UnregisterTempActor(path);

    public Address? GetExternalAddressFor(Address address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return IsOwn(address) ? _local.RootPath.Address : address.Protocol == DefaultAddress.Protocol ? DefaultAddress : null;
    }

    /// <summary>Speaks no more to that life of that system.</summary>
    /// <param name="uid">Null: whichever it is.</param>
    public void Quarantine(Address address, int? uid) => Remoting.Quarantine(address, uid, "it was quarantined by this system");

    /// <summary>The recipient of what came over a connection; dead letters when it is somebody else's.</summary>
    internal IInternalActorRef ResolveForInbound(string path)
    {
        if (ActorPath.TryParse(path, out var parsed) && IsOwn(parsed.Address))
        {
            return (IInternalActorRef)ResolveLocal(parsed);
        }

        Remoting.Log.Error("Dropping messages for a non-local recipient [{0}]: this system is [{1}]", path, DefaultAddress);
        return (IInternalActorRef)DeadLetters;
    }

    internal void BeforeSystemMessage(ISystemMessage message)
    {
        switch (message)
        {
            case Watch { Watcher.IsLocal: true } watch:
                RemoteWatcher.Tell(new Remote.RemoteWatcher.WatchRemote(watch.Watchee, watch.Watcher, UidOf(watch.Watchee.Path.Address)));
                break;
            case Unwatch { Watcher.IsLocal: true } unwatch:
                RemoteWatcher.Tell(new Remote.RemoteWatcher.UnwatchRemote(unwatch.Watchee, unwatch.Watcher));
                break;
        }
    }

    internal void OnInboundSystemMessage(Address from, ISystemMessage message)
    {
        switch (message)
        {
            case DeathWatchNotification death:
                RemoteWatcher.Tell(new Remote.RemoteWatcher.WatcheeTerminated(death.Actor));
                break;
            case Watch watch:
                RemoteWatcher.Tell(new Remote.RemoteWatcher.WatchedFrom(from, watch.Watchee, watch.Watcher));
                break;
            case Unwatch unwatch:
                RemoteWatcher.Tell(new Remote.RemoteWatcher.UnwatchedFrom(from, unwatch.Watchee, unwatch.Watcher));
                break;
        }
    }

    internal void OnUid(Address address, ulong uid) => RemoteWatcher.Tell(new Remote.RemoteWatcher.SystemRestarted(address, (int)uid));

    private int? UidOf(Address address) => Remoting.Find(address)?.Uid is > 0 and var uid ? (int)uid : null;

    private bool IsOwn(Address address) => address.HasLocalScope || address.Equals(DefaultAddress);

    /// <summary>Paths of this system's actors have the address that only this process understands.</summary>
    private IActorRef ResolveLocal(ActorPath path)
    {
        var local = path.Address.HasLocalScope ? path : OnLocalRoot(path);
        return _local.ResolveActorRef(local);
    }

    private ActorPath OnLocalRoot(ActorPath path)
    {
        var local = RootPath / path.Elements;
        return path.Parent is null ? RootPath : local.WithUid(path.Uid);
    }

    private RemoteActorRef RemoteRef(ActorPath path) => new(this, path, Remoting.AssociationWith(path.Address));

    private async Task ShutDownAfterTreeAsync(Remoting remoting)
    {
        await _local.TerminationTask.ConfigureAwait(false);
        await remoting.ShutdownAsync().ConfigureAwait(false);
        _terminated.TrySetResult();
    }
}
