using System.Reflection;
using System.Runtime.CompilerServices;
using Akka.Actor;
using Akka.Configuration;
using Akka.Util;

namespace Akka.Event;

/// <summary>The formatter that a system's configuration names (<c>akka.logger-formatter</c>), made once a system.</summary>
internal static class LogFormatters
{
    private const string Setting = "akka.logger-formatter";

    private static readonly ConditionalWeakTable<ActorSystem, ILogMessageFormatter> Made = [];

    /// <exception cref="ConfigurationException">The setting names no formatter.</exception>
    public static ILogMessageFormatter Of(ActorSystem? system) =>
        system is null ? DefaultLogMessageFormatter.Instance : Made.GetValue(system, Make);

    private static ILogMessageFormatter Make(ActorSystem system)
    {
        var name = system.Settings.Config.GetString(Setting, "");
        if (string.IsNullOrEmpty(name))
        {
            return DefaultLogMessageFormatter.Instance;
        }

        var type = ConfiguredTypes.Find(name)
            ?? throw new ConfigurationException($"{Setting} names the type \"{name}\", which does not exist.");
        var shared = type.GetField("Instance", BindingFlags.Public | BindingFlags.Static)?.GetValue(null);
        return (shared ?? Activator.CreateInstance(type)) as ILogMessageFormatter
            ?? throw new ConfigurationException($"{Setting} names the type \"{name}\", which is no {nameof(ILogMessageFormatter)}.");
    }
}
