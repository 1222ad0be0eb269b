using System.Globalization;
using Akka.Actor.Internal;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;

namespace Akka.Actor;

/// <summary>Actors of one process (<c>akka.actor.provider = local</c>).</summary>
public sealed class LocalActorRefProvider : IActorRefProvider
{
    private readonly IActorRefProvider _outer;
    private readonly EventStream _eventStream;
    private readonly ActorPath _tempPath;
    private readonly RootActorPath _rootPath;
    private readonly TaskCompletionSource _terminated = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private RootGuardianActorRef _root = null!;
    private VirtualPathContainer _temp = null!;
    private long _tempNumber;

    public LocalActorRefProvider(string systemName, Settings settings, EventStream eventStream)
        : this(systemName, settings, eventStream, null)
    {
    }

    /// <param name="outer">The provider that references name as theirs, when this one is only a part of it.</param>
    internal LocalActorRefProvider(string systemName, Settings settings, EventStream eventStream, IActorRefProvider? outer)
    {
        _outer = outer ?? this;
        Settings = settings;
        _eventStream = eventStream;
        _rootPath = new RootActorPath(new Address("akka", systemName));
        _tempPath = _rootPath / "temp";
        Deployer = new Deployer(settings);
        DeadLetters = new DeadLetterActorRef(_outer, _rootPath / "deadLetters", eventStream);
    }

    public IActorRef DeadLetters { get; }

    public Deployer Deployer { get; }

    public IInternalActorRef RootGuardian => _root;

    public ActorPath RootPath => _rootPath;

    public Settings Settings { get; }

    public LocalActorRef SystemGuardian { get; private set; } = null!;

    public LocalActorRef Guardian { get; private set; } = null!;

    public IInternalActorRef TempContainer => _temp;

    public Task TerminationTask => _terminated.Task;

    public Address DefaultAddress => _rootPath.Address;

    public EventStream EventStream => _eventStream;

    public void Init(ActorSystemImpl system)
    {
        ArgumentNullException.ThrowIfNull(system);
        var dispatcher = system.Dispatchers.Lookup(Dispatchers.InternalDispatcherId);
        var mailbox = system.Mailboxes.Lookup(Mailboxes.DefaultMailboxId);
        var aboveRoot = new RootGuardianSupervisor(_rootPath, _outer, _terminated, _eventStream);
        _root = new RootGuardianActorRef(system, Props.Create<RootGuardianActor>(), dispatcher, mailbox, aboveRoot, _rootPath);
        _temp = new VirtualPathContainer(_outer, _tempPath, _root);
        _root.AddName("temp", _temp);
        _root.AddName("deadLetters", (IInternalActorRef)DeadLetters);
        _root.Start();

        var strategy = SupervisorStrategyConfigurator.CreateConfigurator(Settings.SupervisorStrategyClass).Create();
        Guardian = (LocalActorRef)_root.Cell.AttachChild(
            InternalProps(Props.Create<GuardianActor>().WithSupervisorStrategy(strategy)), isSystemService: true, "user");
        SystemGuardian = (LocalActorRef)_root.Cell.AttachChild(
            InternalProps(Props.Create<SystemGuardianActor>(Guardian)), isSystemService: true, "system");
        SystemGuardian.SendSystemMessage(new Dispatch.SysMsg.Watch(SystemGuardian, _root));
        _root.SendSystemMessage(new Dispatch.SysMsg.Watch(SystemGuardian, _root));
    }

    public IInternalActorRef ActorOf(
        ActorSystemImpl system,
        Props props,
        IInternalActorRef supervisor,
        ActorPath path,
        bool systemService,
        Deploy? deploy,
        bool lookupDeploy,
        bool async)
    {
        ArgumentNullException.ThrowIfNull(system);
        ArgumentNullException.ThrowIfNull(props);
        if (lookupDeploy && !systemService && Deployer.Lookup(path) is { } configured)
        {
            props = props.WithDeploy(configured);
        }

        if (deploy is not null)
        {
            props = props.WithDeploy(deploy);
        }

        if (!system.Dispatchers.HasDispatcher(props.Dispatcher))
        {
            throw new ConfigurationException($"Dispatcher [{props.Dispatcher}] not configured for path {path}");
        }

        var dispatcher = system.Dispatchers.Lookup(props.Dispatcher);
        var mailboxType = system.Mailboxes.GetMailboxType(props, dispatcher.Configurator.Config);
        return new LocalActorRef(system, props, dispatcher, mailboxType, supervisor, path);
    }

    public IActorRef RootGuardianAt(Address address) =>
        address is null || address.Equals(_rootPath.Address) ? _root : DeadLetters;

    public ActorPath TempPath() =>
        _tempPath / ("$" + Base64Name.Of(Interlocked.Increment(ref _tempNumber)).ToString(CultureInfo.InvariantCulture));

    public void RegisterTempActor(IInternalActorRef actorRef, ActorPath path)
    {
        ArgumentNullException.ThrowIfNull(path);
        _temp.Add(path.Name, actorRef);
    }

    public void UnregisterTempActor(ActorPath path)
    {
        ArgumentNullException.ThrowIfNull(path);
        _temp.Remove(path.Name);
    }

    public IActorRef ResolveActorRef(string path) =>
        ActorPath.TryParse(path, out var parsed) ? ResolveActorRef(parsed) : DeadLetters;

    public IActorRef ResolveActorRef(ActorPath actorPath)
    {
        ArgumentNullException.ThrowIfNull(actorPath);
        if (!actorPath.Address.Equals(_rootPath.Address) && actorPath.Address.HasGlobalScope)
        {
            return DeadLetters;
        }

        var found = _root.GetChild(actorPath.Elements);
        return found.IsNobody() || (actorPath.Uid != ActorPath.UndefinedUid && found.Path.Uid != actorPath.Uid)
            ? new EmptyLocalActorRef(_outer, actorPath, _eventStream)
            : found;
    }

    public Address? GetExternalAddressFor(Address address) => address == _rootPath.Address ? address : null;

    private static Props InternalProps(Props props) => props.WithDispatcher(Dispatchers.InternalDispatcherId);
}
