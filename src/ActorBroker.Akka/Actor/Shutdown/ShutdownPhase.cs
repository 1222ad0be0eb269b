using Akka.Configuration;

namespace Akka.Actor;

/// <summary>One entry of <c>akka.coordinated-shutdown.phases</c>.</summary>
/// <param name="DependsOn">The phases that come before it.</param>
/// <param name="Timeout">The time its tasks have.</param>
/// <param name="Recovers">Go on with the next phase when a task fails or the time is over.</param>
/// <param name="IsEnabled">Run its tasks at all.</param>
internal sealed record ShutdownPhase(IReadOnlyList<string> DependsOn, TimeSpan Timeout, bool Recovers, bool IsEnabled)
{
    /// <summary>Reads all phases.</summary>
    /// <param name="settings">The section <c>akka.coordinated-shutdown</c>.</param>
    public static IReadOnlyDictionary<string, ShutdownPhase> ReadAll(Config settings)
    {
        var defaultTimeout = settings.GetTimeSpan("default-phase-timeout", TimeSpan.FromSeconds(5));
        var phases = new Dictionary<string, ShutdownPhase>();
        foreach (var name in settings.GetConfig("phases").AsEnumerable().Select(entry => entry.Key))
        {
            var phase = settings.GetConfig("phases." + name);
            phases[name] = phase is null
                ? new ShutdownPhase([], defaultTimeout, Recovers: true, IsEnabled: true)
                : new ShutdownPhase(
                    [.. phase.GetStringList("depends-on", [])],
                    phase.GetTimeSpan("timeout", defaultTimeout),
                    phase.GetBoolean("recover", true),
                    phase.GetBoolean("enabled", true));
        }

        return phases;
    }

    /// <summary>The phases in an order in which each comes after those it depends on.</summary>
    /// <exception cref="ArgumentException">Phases depend on each other in a circle.</exception>
    public static IReadOnlyList<string> Order(IReadOnlyDictionary<string, ShutdownPhase> phases)
    {
        var ordered = new List<string>();
        var visiting = new HashSet<string>();
        foreach (var name in phases.Keys)
        {
            Visit(name);
        }

        return ordered.FindAll(phases.ContainsKey);

        void Visit(string name)
        {
            if (ordered.Contains(name))
            {
                return;
            }

            if (!visiting.Add(name))
            {
                throw new ArgumentException(
                    $"Cycle detected in graph of phases. It must be a DAG. Phase [{name}] depends transitively on itself.");
            }

            foreach (var before in phases.TryGetValue(name, out var phase) ? phase.DependsOn : [])
            {
                Visit(before);
            }

            visiting.Remove(name);
            ordered.Add(name);
        }
    }
}
