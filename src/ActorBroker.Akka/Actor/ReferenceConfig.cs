using Akka.Configuration;

namespace Akka.Actor;

/// <summary>The defaults: reference.conf of this assembly.</summary>
internal static class ReferenceConfig
{
    private static readonly Lazy<Config> Loaded = new(() => ConfigurationFactory.FromResource("Akka.Actor.reference.conf", typeof(ReferenceConfig).Assembly));

    public static Config Load() => Loaded.Value;
}
