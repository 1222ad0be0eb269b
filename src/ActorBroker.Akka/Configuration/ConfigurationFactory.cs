using System.Reflection;
using Akka.Configuration.Hocon;

namespace Akka.Configuration;

/// <summary>Makes <see cref="Config"/>s.</summary>
public static class ConfigurationFactory
{
    private static readonly Lazy<Config> Defaults = new(static () =>
        Reference("Actor.reference.conf").WithFallback(Reference("Serialization.serialization.conf")).WithFallback(Reference("Persistence.persistence.conf"))
        .WithFallback(Reference("Remote.remote.conf"))
        .WithFallback(Reference("Cluster.cluster.conf")));

    /// <summary>A configuration without values.</summary>
    public static Config Empty => ParseString("");

    /// <exception cref="ConfigurationException">The text is not HOCON; the message says on which line.</exception>
    public static Config ParseString(string hocon, Func<string, HoconRoot>? includeCallback) => new(HoconParser.Parse(hocon, includeCallback));

    /// <exception cref="ConfigurationException">The text is not HOCON; the message says on which line.</exception>
    public static Config ParseString(string hocon) => ParseString(hocon, null);

    /// <summary>The configuration that a system has when it is given none.</summary>
    public static Config Load() => Empty;

    /// <summary>The runtime's defaults.</summary>
    public static Config Default() => Defaults.Value;

    /// <summary>A resource of the assembly that calls.</summary>
    internal static Config FromResource(string resourceName) => FromResource(resourceName, Assembly.GetCallingAssembly());

    /// <summary>A resource of the assembly of the instance's type.</summary>
    public static Config FromResource(string resourceName, object instanceInAssembly)
    {
        ArgumentNullException.ThrowIfNull(instanceInAssembly);
        return FromResource(resourceName, instanceInAssembly as Assembly ?? (instanceInAssembly as Type ?? instanceInAssembly.GetType()).Assembly);
    }

    /// <summary>A resource of the type's assembly.</summary>
    public static Config FromResource<TAssembly>(string resourceName) => FromResource(resourceName, typeof(TAssembly).Assembly);

    /// <summary>A resource of an assembly.</summary>
    public static Config FromResource(string resourceName, Assembly assembly)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        using var stream = assembly.GetManifestResourceStream(resourceName)
            ?? throw new ConfigurationException($"{assembly.GetName().Name} has no resource {resourceName}.");
        using var reader = new StreamReader(stream);
        return new Config(HoconParser.Parse(reader.ReadToEnd(), null, resourceName));
    }

    /// <summary>Defaults of one part of the runtime.</summary>
    internal static Config Reference(string name) => FromResource("ActorBroker.Akka." + name, typeof(ConfigurationFactory).Assembly);
}
