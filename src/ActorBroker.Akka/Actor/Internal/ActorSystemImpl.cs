using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;
using Akka.Util;

namespace Akka.Actor.Internal;

/// <summary>The one implementation of a system.</summary>
public sealed partial class ActorSystemImpl : ExtendedActorSystem
{
    private readonly string _name;
    private readonly Settings _settings;
    private readonly EventStream _eventStream;
    private readonly IScheduler _scheduler;
    private readonly IActorRefProvider _provider;
    private readonly Mailboxes _mailboxes;
    private readonly Dispatchers _dispatchers;
    private readonly ILoggingAdapter _log;
    private readonly Extensions _extensions;
    private readonly TerminationCallbacks _onTermination;
    private Serialization.Serialization _serialization = null!;
    private long _lastUid = Random.Shared.NextInt64(1L << 40);
    private int _isTerminating;

    public ActorSystemImpl(string name, Config config, ActorSystemSetup setup)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!ValidName().IsMatch(name))
        {
            throw new ArgumentException(
                $"Invalid ActorSystem name [{name}], must contain only word characters (i.e. [a-zA-Z0-9] plus non-leading '-')", nameof(name));
        }

        _name = name;
        _settings = new Settings(this, config.WithFallback(ConfigurationFactory.Default()), setup);
        _eventStream = new EventStream(_settings.DebugEventStream);
        _eventStream.StartStdoutLogger(_settings);
        _log = Logging.GetLogger(_eventStream, "ActorSystem(" + name + ")");
        _scheduler = Make<IScheduler>("akka.scheduler.implementation", _settings.SchedulerClass, _settings.Config.GetConfig("akka.scheduler"), _log);
        _provider = Make<IActorRefProvider>("akka.actor.provider", ProviderTypeName(), name, _settings, _eventStream);
        _mailboxes = new Mailboxes(this);
        _dispatchers = new Dispatchers(this, new DispatcherPrerequisites(_eventStream, _scheduler, _settings, _mailboxes));
        AskTimeouts = new AskTimeouts(_scheduler);
        _extensions = new Extensions(this);
        _onTermination = new TerminationCallbacks(this);
    }

    public override IActorRefProvider Provider => _provider;

    public override Settings Settings => _settings;

    public override string Name => _name;

    public override Serialization.Serialization Serialization => _serialization;

    public override EventStream EventStream => _eventStream;

    public override IActorRef DeadLetters => _provider.DeadLetters;

    public override Dispatchers Dispatchers => _dispatchers;

    public override Mailboxes Mailboxes => _mailboxes;

    public override IScheduler Scheduler => _scheduler;

    public override ILoggingAdapter Log => _log;

    public override IInternalActorRef Guardian => _provider.Guardian;

    public override IInternalActorRef LookupRoot => _provider.RootGuardian;

    public override IInternalActorRef SystemGuardian => _provider.SystemGuardian;

    public override Task WhenTerminated => _onTermination.Done;

    internal AskTimeouts AskTimeouts { get; }

    /// <summary>Terminate has been called, or the tree has come down by itself.</summary>
    internal bool IsTerminating => Volatile.Read(ref _isTerminating) != 0;

    /// <summary>Called once, by <see cref="ActorSystem.Create(string)"/>.</summary>
    public void Start()
    {
        try
        {
            _provider.Init(this);
            _onTermination.Arm();
            _serialization = new Serialization.Serialization(this);
            _eventStream.StartUnsubscriber(this);
            SystemLoggers.Start(this);
            if (_settings.LogDeadLetters > 0)
            {
                SystemActorOf(Props.Create<DeadLetterListener>(), "deadLetterListener");
            }

            if (_settings.DebugUnhandledMessage)
            {
                _eventStream.Subscribe(new UnhandledMessageLog(this), typeof(UnhandledMessage));
            }

            CoordinatedShutdown.Get(this);
            (_provider as Remote.RemoteActorRefProvider)?.Open();
            _extensions.LoadConfigured();
            if (_settings.LogConfigOnStart)
            {
                _log.Warning(_settings.ToString());
            }
        }
        catch
        {
            FinalTerminate();
            throw;
        }
    }

    public override IActorRef ActorOf(Props props, string? name = null) => _provider.Guardian.Cell.AttachChild(props, false, name);

    public override IActorRef SystemActorOf(Props props, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(props);
        var internalProps = props.Deploy.Dispatcher.Length == 0 ? props.WithDispatcher(Dispatchers.InternalDispatcherId) : props;
        return _provider.SystemGuardian.Cell.AttachChild(internalProps, true, name);
    }

    public override IActorRef SystemActorOf<TActor>(string? name = null) => SystemActorOf(Props.Create<TActor>(), name);

    public override ActorSelection ActorSelection(ActorPath actorPath) => ActorRefFactoryShared.ActorSelection(actorPath, this);

    public override ActorSelection ActorSelection(string actorPath) =>
        ActorRefFactoryShared.ActorSelection(actorPath, this, _provider.RootGuardian);

    public override void Stop(IActorRef actor)
    {
        ArgumentNullException.ThrowIfNull(actor);
        var parent = actor.Path.Parent;
        if (parent == Guardian.Path)
        {
            Guardian.Tell(new StopChild(actor));
        }
        else if (parent == SystemGuardian.Path)
        {
            SystemGuardian.Tell(new StopChild(actor));
        }
        else
        {
            ((IInternalActorRef)actor).Stop();
        }
    }

    public override Task Terminate()
    {
        if (_settings.CoordinatedShutdownRunByActorSystemTerminate)
        {
            CoordinatedShutdown.Get(this).Run(CoordinatedShutdown.ActorSystemTerminateReason.Instance);
        }
        else
        {
            FinalTerminate();
        }

        return WhenTerminated;
    }

    public override void Abort() => FinalTerminate();

    public override void RegisterOnTermination(Action code) => _onTermination.Add(code);

    public override object RegisterExtension(IExtensionId extension) => _extensions.Register(extension);

    public override object GetExtension(IExtensionId extensionId)
    {
        ArgumentNullException.ThrowIfNull(extensionId);
        return _extensions.TryGet(extensionId.ExtensionType, out var extension)
            ? extension
            : throw new InvalidOperationException($"Extension [{extensionId.ExtensionType}] is not registered.");
    }

    public override T GetExtension<T>() => _extensions.TryGet(typeof(T), out var extension)
        ? (T)extension
        : throw new InvalidOperationException($"Extension [{typeof(T)}] is not registered.");

    public override bool HasExtension(Type type) => _extensions.TryGet(type, out _);

    public override bool HasExtension<T>() => HasExtension(typeof(T));

    public override bool TryGetExtension(Type extensionType, out object extension)
    {
        var found = _extensions.TryGet(extensionType, out var one);
        extension = one!;
        return found;
    }

    public override bool TryGetExtension<T>(out T extension)
    {
        var found = _extensions.TryGet(typeof(T), out var one);
        extension = (T)one!;
        return found;
    }

    public override string PrintTree()
    {
        var text = new StringBuilder();
        Print((LocalActorRef)_provider.RootGuardian, "");
        return text.ToString();

        void Print(LocalActorRef actor, string indent)
        {
            text.Append(indent).Append(actor.Path.Parent is null ? "/" : actor.Path.Name).Append(' ')
                .Append(actor.Cell.Props.Type.Name).Append(' ')
                .Append(CultureInfo.InvariantCulture, $"{actor.Cell.NumberOfMessages} messages").AppendLine();
            foreach (var child in actor.Children.OfType<LocalActorRef>())
            {
                Print(child, indent + "  ");
            }
        }
    }

    public override string ToString() => LookupRoot.Path.Root.Address.ToString();

    /// <summary>Brings the tree down: what Terminate does when coordinated shutdown has done its part.</summary>
    internal void FinalTerminate()
    {
        Interlocked.Exchange(ref _isTerminating, 1);
        if (!_settings.LogDeadLettersDuringShutdown && _provider.SystemGuardian is { } system)
        {
            system.GetSingleChild("deadLetterListener").Stop();
        }

        if (_provider.Guardian is { } user)
        {
            user.Stop();
        }
    }

    /// <summary>The incarnation number of the next actor: unique in this system, unlike that of the system's earlier lives.</summary>
    internal long NextUid() => Interlocked.Increment(ref _lastUid);

    /// <summary>The tree is down.</summary>
    internal void ShutDownThreads()
    {
        Interlocked.Exchange(ref _isTerminating, 1);
        (_scheduler as IDisposable)?.Dispose();
        _dispatchers.Shutdown();
    }

    [GeneratedRegex("^[a-zA-Z0-9][a-zA-Z0-9_-]*$")]
    private static partial Regex ValidName();

    private static T Make<T>(string key, string typeName, params object?[] args)
        where T : class
    {
        var type = ConfiguredTypes.Find(typeName)
            ?? throw new ConfigurationException($"{key}: there is no type [{typeName}].");
        return Activator.CreateInstance(type, args) as T
            ?? throw new ConfigurationException($"{key}: [{typeName}] is not an {typeof(T).Name}.");
    }

    private string ProviderTypeName()
    {
        var bootstrap = _settings.Setup.Get<BootstrapSetup>();
        return bootstrap.HasValue && bootstrap.Value.ActorRefProvider.HasValue
            ? bootstrap.Value.ActorRefProvider.Value.TypeName
            : _settings.ProviderSelectionType.TypeName;
    }
}
