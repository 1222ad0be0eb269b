using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Configuration;
using Akka.Util;

namespace Akka.Dispatch;

/// <summary>The dispatchers of a system, by the path of their configuration section.</summary>
public sealed class Dispatchers
{
    public const string DefaultDispatcherId = "akka.actor.default-dispatcher";

    public const string InternalDispatcherId = "akka.actor.internal-dispatcher";

    public const string SynchronizedDispatcherId = "akka.actor.synchronized-dispatcher";

    private const int AliasDepthMax = 20;

    private readonly ActorSystem _system;
    private readonly ConcurrentDictionary<string, Lazy<MessageDispatcherConfigurator>> _byId = new();

    internal Dispatchers(ActorSystem system, IDispatcherPrerequisites prerequisites)
    {
        _system = system;
        Prerequisites = prerequisites;
    }

    public IDispatcherPrerequisites Prerequisites { get; }

    public Config DefaultDispatcherConfig => SectionOf(DefaultDispatcherId);

    public MessageDispatcher DefaultGlobalDispatcher => Lookup(DefaultDispatcherId);

    public bool HasDispatcher(string id) => _byId.ContainsKey(id) || _system.Settings.Config.HasPath(id);

    /// <exception cref="ConfigurationException">No such dispatcher.</exception>
    public MessageDispatcher Lookup(string dispatcherName)
    {
        ArgumentNullException.ThrowIfNull(dispatcherName);
        return ConfiguratorOf(dispatcherName, 0).Dispatcher();
    }

    /// <returns>False when the id is taken.</returns>
    public bool RegisterConfigurator(string id, MessageDispatcherConfigurator configurator) =>
        _byId.TryAdd(id, new Lazy<MessageDispatcherConfigurator>(configurator));

    /// <summary>After all actors: a pinned dispatcher has ended with its actor.</summary>
    internal void Shutdown()
    {
        foreach (var configurator in _byId.Values.Where(one => one.IsValueCreated && one.Value is not PinnedDispatcherConfigurator))
        {
            configurator.Value.Dispatcher().ShutdownWithSystem();
        }
    }

    private MessageDispatcherConfigurator ConfiguratorOf(string id, int depth)
    {
        if (depth > AliasDepthMax)
        {
            throw new ConfigurationException($"Dispatcher [{id}]: its name leads in a circle.");
        }

        if (_byId.TryGetValue(id, out var known))
        {
            return known.Value;
        }

        var all = _system.Settings.Config;
        if (!all.HasPath(id))
        {
            throw new ConfigurationException($"Dispatcher {id} not configured.");
        }

        if (all.GetValue(id) is { } value && value.IsString())
        {
            return ConfiguratorOf(value.GetString()!, depth + 1);   // another name for it
        }

        return _byId.GetOrAdd(id, key => new Lazy<MessageDispatcherConfigurator>(() => Create(SectionOf(key)))).Value;
    }

    private Config SectionOf(string id)
    {
        var all = _system.Settings.Config;
        var named = ConfigurationFactory.ParseString($"id = \"{id}\"\nname = \"{id[(id.LastIndexOf('.') + 1)..]}\"");
        return named.WithFallback(all.GetConfig(id)).WithFallback(ForeignDefaults(all.GetConfig(id), all));
    }

    /// <summary>The default dispatcher's settings, except its kind and what only its kind understands.</summary>
    private static Config ForeignDefaults(Config own, Config all)
    {
        var defaults = all.GetConfig(DefaultDispatcherId);
        return own.HasPath("mailbox-type") || !defaults.HasPath("mailbox-type")
            ? defaults
            : ConfigurationFactory.ParseString($"throughput = {defaults.GetInt("throughput", 30)}");
    }

    private MessageDispatcherConfigurator Create(Config config)
    {
        var type = config.GetString("type", "");
        switch (type)
        {
            case "Dispatcher" or "TaskDispatcher":
                return new DispatcherConfigurator(config, Prerequisites);
            case "ForkJoinDispatcher":
                return new ForkJoinDispatcherConfigurator(config, Prerequisites);
            case "PinnedDispatcher":
                return new PinnedDispatcherConfigurator(config, Prerequisites);
            case "SynchronizedDispatcher":
                return new SynchronizedDispatcherConfigurator(config, Prerequisites);
            case "":
                throw new ConfigurationException($"Dispatcher [{config.GetString("id", "")}] has no type.");
            default:
                var configurator = ConfiguredTypes.Find(type)
                    ?? throw new ConfigurationException($"Dispatcher [{config.GetString("id", "")}]: there is no type [{type}].");
                return (MessageDispatcherConfigurator)Activator.CreateInstance(configurator, config, Prerequisites)!;
        }
    }
}
