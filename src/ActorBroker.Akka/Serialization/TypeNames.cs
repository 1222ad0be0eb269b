using System.Collections.Concurrent;

namespace Akka.Serialization;

/// <summary>
/// Names of types as manifests: <c>Namespace.Type, Assembly</c>, without version. The runtime's own types go by the names of
/// Akka.NET's assemblies, so that either build reads what the other has written.
/// </summary>
internal static class TypeNames
{
    private static readonly string[] PackagesOfTheirOwn = ["Akka.Persistence", "Akka.Remote", "Akka.Cluster"];

    private static readonly ConcurrentDictionary<Type, string> Names = new();

    public static string Of(Type type) => Names.GetOrAdd(type, static type => $"{type.FullName ?? type.Name}, {AssemblyOf(type)}");

    /// <summary>Splits a manifest; the assembly part is empty when there is none.</summary>
    public static (string Type, string Assembly) Split(string manifest)
    {
        // A comma inside [ ] belongs to the arguments of a generic type.
        var depth = 0;
        for (var i = 0; i < manifest.Length; i++)
        {
            switch (manifest[i])
            {
                case '[':
                    depth++;
                    break;
                case ']':
                    depth--;
                    break;
                case ',' when depth == 0:
                    return (manifest[..i].Trim(), manifest[(i + 1)..].Split(',')[0].Trim());
            }
        }

        return (manifest.Trim(), "");
    }

    public static string AssemblyOf(Type type)
    {
        if (type.Assembly != typeof(TypeNames).Assembly)
        {
            return type.Assembly.GetName().Name ?? "";
        }

        var space = type.Namespace ?? "";
        return PackagesOfTheirOwn.FirstOrDefault(name => space == name || space.StartsWith(name + ".", StringComparison.Ordinal)) ?? "Akka";
    }
}
