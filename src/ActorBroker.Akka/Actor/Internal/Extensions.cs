using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;
using Akka.Configuration;
using Akka.Util;

namespace Akka.Actor.Internal;

/// <summary>The extensions of one system. Each is made once; whoever asks meanwhile waits for it.</summary>
internal sealed class Extensions(ActorSystemImpl system)
{
    private readonly ConcurrentDictionary<Type, Lazy<object>> _byType = new();

    public object Register(IExtensionId id)
    {
        ArgumentNullException.ThrowIfNull(id);
        var entry = _byType.GetOrAdd(id.ExtensionType, _ => new Lazy<object>(() => id.CreateExtension(system)));
        try
        {
            return entry.Value;
        }
        catch (Exception failed)
        {
            _byType.TryRemove(new KeyValuePair<Type, Lazy<object>>(id.ExtensionType, entry));   // the next one may try again
            ExceptionDispatchInfo.Throw(failed);
            throw;
        }
    }

    public bool TryGet(Type type, [NotNullWhen(true)] out object? extension)
    {
        extension = _byType.TryGetValue(type, out var entry) ? entry.Value : null;
        return extension is not null;
    }

    /// <summary><c>akka.extensions</c>.</summary>
    public void LoadConfigured()
    {
        foreach (var name in system.Settings.Config.GetStringList("akka.extensions"))
        {
            var type = ConfiguredTypes.Find(name)
                ?? throw new ConfigurationException($"akka.extensions: there is no type [{name}].");
            if (Activator.CreateInstance(type) is not IExtensionId id)
            {
                throw new ConfigurationException($"akka.extensions: [{name}] is not an extension id.");
            }

            Register(id);
        }
    }
}
