using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Configuration;
using Akka.Persistence.Journal;
using Akka.Util;

namespace Akka.Persistence;

/// <summary>The plug-ins of a system: each is one actor under /system, made when it is first asked for. Thread-safe.</summary>
public class PersistenceExtension : IExtension
{
    private const string JournalFallback = "akka.persistence.journal-plugin-fallback";
    private const string SnapshotFallback = "akka.persistence.snapshot-store-plugin-fallback";
    private const string NoSnapshotStore = "akka.persistence.no-snapshot-store";

    private readonly ExtendedActorSystem _system;
    private readonly ConcurrentDictionary<string, Lazy<Plugin>> _plugins = new(StringComparer.Ordinal);
    private readonly Lazy<IActorRef> _recoveryPermitter;
    private readonly Lazy<IStashOverflowStrategy> _defaultOverflowStrategy;

    /// <exception cref="ConfigurationException">A plug-in that shall start by itself cannot.</exception>
    public PersistenceExtension(ExtendedActorSystem system)
    {
        ArgumentNullException.ThrowIfNull(system);
        _system = system;
        var config = system.Settings.Config;
        Settings = new PersistenceSettings(system, config);
        _recoveryPermitter = new Lazy<IActorRef>(() => _system.SystemActorOf(
            Props.Create(() => new RecoveryPermitter(config.GetInt("akka.persistence.max-concurrent-recoveries", 50))), "recoveryPermitter"));
        _defaultOverflowStrategy = new Lazy<IStashOverflowStrategy>(MakeOverflowStrategy);
        foreach (var id in config.GetStringList("akka.persistence.journal.auto-start-journals"))
        {
            JournalFor(id);
        }

        foreach (var id in config.GetStringList("akka.persistence.snapshot-store.auto-start-snapshot-stores"))
        {
            SnapshotStoreFor(id);
        }
    }

    public PersistenceSettings Settings { get; }

    public IStashOverflowStrategy DefaultInternalStashOverflowStrategy => _defaultOverflowStrategy.Value;

    internal IActorRef RecoveryPermitter => _recoveryPermitter.Value;

    /// <param name="journalPluginId">Path of the plug-in's configuration; "" for <c>akka.persistence.journal.plugin</c>.</param>
    /// <exception cref="ConfigurationException">There is no such plug-in.</exception>
    public IActorRef JournalFor(string journalPluginId) => PluginOf(JournalIdOf(journalPluginId), JournalFallback).Actor;

    /// <param name="snapshotPluginId">Path of the plug-in's configuration; "" for <c>akka.persistence.snapshot-store.plugin</c>.</param>
    /// <exception cref="ConfigurationException">There is no such plug-in.</exception>
    public IActorRef SnapshotStoreFor(string snapshotPluginId)
    {
        var id = string.IsNullOrEmpty(snapshotPluginId)
            ? _system.Settings.Config.GetString("akka.persistence.snapshot-store.plugin", "")
            : snapshotPluginId;
        return PluginOf(id.Length == 0 ? NoSnapshotStore : id, SnapshotFallback).Actor;
    }

    /// <summary>The event adapters of a journal.</summary>
    public EventAdapters AdaptersFor(string journalPluginId) => PluginOf(JournalIdOf(journalPluginId), JournalFallback).Adapters;

    /// <summary>The id of a persistent actor that gives itself none: its path.</summary>
    public string PersistenceId(IActorRef actor)
    {
        ArgumentNullException.ThrowIfNull(actor);
        return actor.Path.ToStringWithoutAddress();
    }

    /// <summary>The section of the journal of that id, with what it does not say.</summary>
    internal Config JournalConfigFor(string journalPluginId) => ConfigOf(JournalIdOf(journalPluginId), JournalFallback);

    /// <summary>The section of the plug-in that is that actor; the defaults when it is not one of ours.</summary>
    internal Config ConfigFor(IActorRef journalPlugin, bool isJournal)
    {
        var fallback = isJournal ? JournalFallback : SnapshotFallback;
        var id = journalPlugin.Path.Name;
        return _system.Settings.Config.HasPath(id) ? ConfigOf(id, fallback) : _system.Settings.Config.GetConfig(fallback);
    }

    private string JournalIdOf(string journalPluginId)
    {
        var id = string.IsNullOrEmpty(journalPluginId)
            ? _system.Settings.Config.GetString("akka.persistence.journal.plugin", "")
            : journalPluginId;
        return id.Length > 0 ? id : throw new ConfigurationException("akka.persistence.journal.plugin: default journal plugin is not configured.");
    }

    private Plugin PluginOf(string id, string fallback) => _plugins
        .GetOrAdd(id, (key, fallback) => new Lazy<Plugin>(() => Start(key, fallback)), fallback).Value;

    private Config ConfigOf(string id, string fallback)
    {
        var all = _system.Settings.Config;
        return all.HasPath(id)
            ? all.GetConfig(id).WithFallback(all.GetConfig(fallback))
            : throw new ConfigurationException($"Persistence config is missing plugin config path for: {id}");
    }

    private Plugin Start(string id, string fallback)
    {
        var config = ConfigOf(id, fallback);
        var className = config.GetString("class", "");
        if (className.Length == 0)
        {
            throw new ConfigurationException($"Plugin class name must be defined in config property [{id}.class]");
        }

        var type = ConfiguredTypes.Find(className)
            ?? throw new ConfigurationException($"{id}.class: there is no type [{className}].");
        var props = type.GetConstructor([typeof(Config)]) is not null ? Props.Create(type, config) : Props.Create(type);
        var adapters = fallback == JournalFallback ? EventAdapters.Create(_system, config) : EventAdapters.None;
        return new Plugin(_system.SystemActorOf(props.WithDispatcher(config.GetString("plugin-dispatcher")), id), adapters);
    }

    private IStashOverflowStrategy MakeOverflowStrategy()
    {
        const string Key = "akka.persistence.internal-stash-overflow-strategy";
        var config = _system.Settings.Config;
        var type = ConfiguredTypes.Find(config.GetString(Key, ""));
        return type is not null && Activator.CreateInstance(type) is IStashOverflowStrategyConfigurator configurator
            ? configurator.Create(config)
            : throw new ConfigurationException($"{Key}: [{config.GetString(Key, "")}] is not an IStashOverflowStrategyConfigurator.");
    }

    private sealed record Plugin(IActorRef Actor, EventAdapters Adapters);
}
