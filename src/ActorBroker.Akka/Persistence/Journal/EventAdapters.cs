using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using Akka.Util;

namespace Akka.Persistence.Journal;

/// <summary>A journal's event adapters, by <c>event-adapters</c> and <c>event-adapter-bindings</c> of its section. Thread-safe.</summary>
public class EventAdapters
{
    private readonly ConcurrentDictionary<Type, IEventAdapter> _byType;
    private readonly KeyValuePair<Type, IEventAdapter>[] _bindings;

    protected EventAdapters(
        ConcurrentDictionary<Type, IEventAdapter> map, IEnumerable<KeyValuePair<Type, IEventAdapter>> bindings, ILoggingAdapter log)
        : this(map, bindings)
    {
    }

    private EventAdapters(ConcurrentDictionary<Type, IEventAdapter> map, IEnumerable<KeyValuePair<Type, IEventAdapter>> bindings)
    {
        _byType = map;

        // A derived type before its bases.
        var sorted = new List<KeyValuePair<Type, IEventAdapter>>();
        foreach (var binding in bindings)
        {
            var at = sorted.FindIndex(other => other.Key.IsAssignableFrom(binding.Key));
            sorted.Insert(at < 0 ? sorted.Count : at, binding);
        }

        _bindings = [.. sorted];
    }

    internal static EventAdapters None { get; } = new(new ConcurrentDictionary<Type, IEventAdapter>(), []);

    /// <exception cref="ConfigurationException">A type does not exist, or a binding names an adapter that does not.</exception>
    public static EventAdapters Create(ExtendedActorSystem system, Config config)
    {
        ArgumentNullException.ThrowIfNull(system);
        ArgumentNullException.ThrowIfNull(config);
        var adapters = new Dictionary<string, IEventAdapter>(StringComparer.Ordinal);
        foreach (var (name, value) in Entries(config, "event-adapters"))
        {
            adapters[name] = Make(name, value.GetString() ?? "", system);
        }

        var bindings = new Dictionary<Type, IEventAdapter>();
        foreach (var (typeName, value) in Entries(config, "event-adapter-bindings"))
        {
            var type = ConfiguredTypes.Find(typeName)
                ?? throw new ConfigurationException($"event-adapter-bindings: there is no type [{typeName}].");
            var names = value.IsArray() ? value.GetStringList() : [value.GetString() ?? ""];
            var bound = names.Select(name => adapters.TryGetValue(name, out var adapter)
                ? adapter
                : throw new ConfigurationException(
                    $"{typeName} was bound to undefined event-adapter: {name} (bindings: {string.Join(", ", names)}, known adapters: {string.Join(", ", adapters.Keys)})"));
            var all = bound.ToArray();
            bindings[type] = all.Length == 1 ? all[0] : new CombinedReadEventAdapter(all);
        }

        return bindings.Count == 0 ? None : new EventAdapters(new ConcurrentDictionary<Type, IEventAdapter>(bindings), bindings);
    }

    public IEventAdapter Get<T>() => Get(typeof(T));

    /// <summary>The adapter that is bound to the type, or to the most specific of its bases that is bound.</summary>
    public virtual IEventAdapter Get(Type type)
    {
        ArgumentNullException.ThrowIfNull(type);
        if (_bindings.Length == 0)
        {
            return IdentityEventAdapter.Instance;
        }

        return _byType.GetOrAdd(
            type,
            static (type, bindings) => bindings.FirstOrDefault(binding => binding.Key.IsAssignableFrom(type)).Value ?? IdentityEventAdapter.Instance,
            _bindings);
    }

    private static KeyValuePair<string, Configuration.Hocon.HoconValue>[] Entries(Config config, string path)
    {
        var part = config.GetConfig(path);
        return part.IsNullOrEmpty() ? [] : [.. part.AsEnumerable()];
    }

    private static IEventAdapter Make(string name, string typeName, ExtendedActorSystem system)
    {
        var type = ConfiguredTypes.Find(typeName)
            ?? throw new ConfigurationException($"event-adapters.{name}: there is no type [{typeName}].");
        var instance = type.GetConstructor([typeof(ExtendedActorSystem)]) is not null
            ? Activator.CreateInstance(type, system)
            : Activator.CreateInstance(type);
        return instance switch
        {
            IEventAdapter both => both,
            IWriteEventAdapter write => new OneWay(write, IdentityEventAdapter.Instance),
            IReadEventAdapter read => new OneWay(IdentityEventAdapter.Instance, read),
            _ => throw new ConfigurationException(
                $"event-adapters.{name}: [{typeName}] is neither an {nameof(IWriteEventAdapter)} nor an {nameof(IReadEventAdapter)}."),
        };
    }

    private sealed class OneWay(IWriteEventAdapter write, IReadEventAdapter read) : IEventAdapter
    {
        public string Manifest(object evt) => write.Manifest(evt);

        public object ToJournal(object evt) => write.ToJournal(evt);

        public IEventSequence FromJournal(object evt, string manifest) => read.FromJournal(evt, manifest);
    }
}
