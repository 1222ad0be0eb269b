using System.Reflection;

namespace Akka.Util;

/// <summary>
/// Turns the type names of a configuration ("Akka.Event.DefaultLogger", "Acme.Audit, Acme") into types. A configuration
/// names Akka's own assemblies (Akka, Akka.Persistence, Akka.TestKit, ...), which here are one of two with other names.
/// </summary>
/// <remarks>Only for names that the operator wrote. A name that came over the network or out of a journal never gets here.</remarks>
internal static class ConfiguredTypes
{
    private const string TestKitAssembly = "ActorBroker.Akka.TestKit";

    private static readonly Assembly Runtime = typeof(ConfiguredTypes).Assembly;

    private static readonly HashSet<string> RuntimeAliases = new(StringComparer.OrdinalIgnoreCase)
    {
        "Akka", "Akka.Remote", "Akka.Cluster", "Akka.Persistence",
    };

    private static readonly HashSet<string> TestKitAliases = new(StringComparer.OrdinalIgnoreCase)
    {
        "Akka.TestKit", "Akka.TestKit.Xunit2", "Akka.TestKit.Xunit",
    };

    /// <summary>The type of that name, or null when there is none. Without an assembly part it is looked for in this
    /// runtime, in the base library, then in the program's own assembly.</summary>
    public static Type? Find(string typeName)
    {
        if (string.IsNullOrWhiteSpace(typeName))
        {
            return null;
        }

        try
        {
            return Type.GetType(typeName, FindAssembly, FindType, throwOnError: false);
        }
        catch (Exception unusable) when (unusable is ArgumentException or FileLoadException or BadImageFormatException)
        {
            return null;   // not the form of a type name: to the caller the same as a name that nobody has
        }
    }

    private static Assembly? FindAssembly(AssemblyName wanted)
    {
        var name = wanted.Name ?? "";
        if (RuntimeAliases.Contains(name))
        {
            return Runtime;
        }

        try
        {
            return Assembly.Load(TestKitAliases.Contains(name) ? new AssemblyName(TestKitAssembly) : wanted);
        }
        catch (Exception missing) when (missing is FileNotFoundException or FileLoadException or BadImageFormatException)
        {
            return null;
        }
    }

    private static Type? FindType(Assembly? assembly, string name, bool ignoreCase)
    {
        if (assembly is not null)
        {
            return assembly.GetType(name, throwOnError: false, ignoreCase);
        }

        return Runtime.GetType(name, throwOnError: false, ignoreCase)
            ?? Type.GetType(name, throwOnError: false, ignoreCase)
            ?? Assembly.GetEntryAssembly()?.GetType(name, throwOnError: false, ignoreCase);
    }
}
