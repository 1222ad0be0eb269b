using System.Collections.Concurrent;
using System.Reflection;
using Akka.Actor;
using Akka.Configuration;
using Akka.Util;

namespace Akka.Persistence;

/// <summary>Journals and snapshot stores of an actor system.</summary>
public sealed class PersistenceExtension : IExtension
{
    private const string NoSnapshotStorePluginId = "akka.persistence.no-snapshot-store";
    private readonly ExtendedActorSystem _system;
    private readonly Config _config;
    private readonly ConcurrentDictionary<string, Lazy<IActorRef>> _plugins = new();
    private readonly ConcurrentDictionary<string, TimeSpan> _recoveryTimeouts = new();
    private readonly Lazy<string> _defaultJournal;
    private readonly Lazy<string> _defaultSnapshotStore;
    private readonly Lazy<IActorRef> _permitter;

    public PersistenceExtension(ExtendedActorSystem system)
    {
        _system = system;
        system.Settings.InjectTopLevelFallback(Persistence.DefaultConfig());
        _config = system.Settings.Config.GetConfig("akka.persistence");
        _defaultJournal = new Lazy<string>(() => DefaultPlugin("journal.plugin", null));
        _defaultSnapshotStore = new Lazy<string>(() => DefaultPlugin("snapshot-store.plugin", NoSnapshotStorePluginId));
        _permitter = new Lazy<IActorRef>(() =>
        {
            var max = _config.GetInt("max-concurrent-recoveries", 50);
            return _system.SystemActorOf(Props.Create(() => new RecoveryPermitter(max)), "recoveryPermitter");
        });
        DefaultInternalStashOverflowStrategy = StrategyOf(_config.GetString("internal-stash-overflow-strategy", ""));
        foreach (var id in _config.GetStringList("journal.auto-start-journals", []))
        {
            JournalFor(id);
        }

        foreach (var id in _config.GetStringList("snapshot-store.auto-start-snapshot-stores", []))
        {
            SnapshotStoreFor(id);
        }
    }

    public IStashOverflowStrategy DefaultInternalStashOverflowStrategy { get; }

    /// <summary>The journal actor of a plugin; the default one for an empty id.</summary>
    public IActorRef JournalFor(string journalPluginId) =>
        Plugin(string.IsNullOrEmpty(journalPluginId) ? _defaultJournal.Value : journalPluginId, "akka.persistence.journal-plugin-fallback");

    /// <summary>The snapshot store actor of a plugin; the default one for an empty id.</summary>
    public IActorRef SnapshotStoreFor(string snapshotPluginId) =>
        Plugin(string.IsNullOrEmpty(snapshotPluginId) ? _defaultSnapshotStore.Value : snapshotPluginId, "akka.persistence.snapshot-store-plugin-fallback");

    /// <summary>Name of an actor's id for journals, from its path.</summary>
    public string PersistenceId(IActorRef actor)
    {
        ArgumentNullException.ThrowIfNull(actor);
        return actor.Path.ToStringWithoutAddress();
    }

    internal IActorRef RecoveryPermitter() => _permitter.Value;

    internal TimeSpan RecoveryTimeout(string journalPluginId) => _recoveryTimeouts.GetOrAdd(
        string.IsNullOrEmpty(journalPluginId) ? _defaultJournal.Value : journalPluginId,
        id => PluginConfig(id, "akka.persistence.journal-plugin-fallback").GetTimeSpan("recovery-event-timeout", TimeSpan.FromSeconds(30)));

    private static IStashOverflowStrategy StrategyOf(string configured) =>
        configured.Contains("Discard", StringComparison.Ordinal) ? DiscardToDeadLetterStrategy.Instance : ThrowOverflowExceptionStrategy.Instance;

    private string DefaultPlugin(string path, string? whenEmpty)
    {
        var id = _config.GetString(path, "");
        return !string.IsNullOrEmpty(id) ? id
            : whenEmpty ?? throw new ConfigurationException($"akka.persistence.{path} is not set: which journal is meant?");
    }

    private IActorRef Plugin(string id, string fallbackPath) =>
        _plugins.GetOrAdd(id, _ => new Lazy<IActorRef>(() => Start(id, fallbackPath))).Value;

    private Config PluginConfig(string id, string fallbackPath)
    {
        if (!_system.Settings.Config.HasPath(id))
        {
            throw new ArgumentException($"Persistence config is missing plugin config path for: {id}", nameof(id));
        }

        return _system.Settings.Config.GetConfig(id).WithFallback(_system.Settings.Config.GetConfig(fallbackPath));
    }

    private IActorRef Start(string id, string fallbackPath)
    {
        var config = PluginConfig(id, fallbackPath);
        var className = config.GetString("class", "");
        if (string.IsNullOrEmpty(className))
        {
            throw new ArgumentException($"Plugin class name must be defined in config property [{id}.class]", nameof(id));
        }

        var type = ConfiguredTypes.Find(className)
            ?? throw new ArgumentException($"{id}.class = {className}: there is no such type", nameof(id));
        var takesConfig = type.GetConstructors(BindingFlags.Public | BindingFlags.Instance)
            .Any(constructor => constructor.GetParameters() is [var only] && only.ParameterType == typeof(Config));
        var props = takesConfig ? Props.Create(type, config) : Props.Create(type);
        var dispatcher = config.GetString("plugin-dispatcher", "akka.actor.default-dispatcher");
        return _system.SystemActorOf(props.WithDispatcher(dispatcher), id);
    }
}

/// <summary>Gives the <see cref="PersistenceExtension"/> of an actor system.</summary>
public sealed class Persistence : ExtensionIdProvider<PersistenceExtension>
{
    private Persistence()
    {
    }

    public static Persistence Instance { get; } = new();

    /// <summary>The defaults of akka.persistence.*.</summary>
    public static Config DefaultConfig() => ConfigurationFactory.FromResource("ActorBroker.Akka.Persistence.persistence.conf", typeof(Persistence).Assembly);

    public override PersistenceExtension CreateExtension(ExtendedActorSystem system) => new(system);
}
