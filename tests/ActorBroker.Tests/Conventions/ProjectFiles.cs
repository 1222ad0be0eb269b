using System.Xml.Linq;

namespace ActorBroker.Tests.Conventions;

/// <summary>Which project may reference which, and that versions stand in one file.</summary>
public static class ProjectFiles
{
    private const string Akka = "ActorBroker.Akka";

    /// <summary>What each project under src may reference directly. An arrow that is not here is a defect.</summary>
    public static readonly IReadOnlyDictionary<string, string[]> MayReference = new Dictionary<string, string[]>
    {
        ["ActorBroker.Akka"] = [],
        ["ActorBroker.Akka.TestKit"] = [Akka],
        ["ActorBroker.Log"] = [],
        ["ActorBroker.Kafka"] = [],
        ["ActorBroker.Raft"] = [],
        ["ActorBroker.Messages"] = ["ActorBroker.Log", Akka],
        ["ActorBroker.Client"] = ["ActorBroker.Messages", "ActorBroker.Log", Akka],
        ["ActorBroker"] = ["ActorBroker.Messages", "ActorBroker.Kafka", "ActorBroker.Log", "ActorBroker.Raft", Akka],
        ["ActorBroker.Samples"] = ["ActorBroker.Client", Akka],
        ["ActorBroker.Node"] = ["ActorBroker"],
        ["ActorBroker.Cli"] = ["ActorBroker.Client", "ActorBroker.Kafka", "ActorBroker.Log"],
    };

    /// <summary>Projects that stand on the framework alone.</summary>
    private static readonly string[] WithoutPackages = ["ActorBroker.Log", "ActorBroker.Kafka", "ActorBroker.Raft", "ActorBroker.Messages", Akka, "ActorBroker"];

    public static IEnumerable<Finding> WrongArrows(SourceFile project)
    {
        var name = Path.GetFileNameWithoutExtension(project.Path);
        if (!MayReference.TryGetValue(name, out var allowed))
        {
            yield return new Finding(project.Path, 1, $"project {name} has no place in the layering: add it to {nameof(ProjectFiles)}.{nameof(MayReference)}.");
            yield break;
        }

        foreach (var (target, line) in References(project).Where(reference => !allowed.Contains(reference.Name)))
        {
            yield return new Finding(project.Path, line, $"{name} must not reference {target}; it may reference "
                + $"{(allowed.Length == 0 ? "nothing of ours" : string.Join(", ", allowed))}. Move the code, or pass what is needed as an argument.");
        }

        if (!WithoutPackages.Contains(name)) yield break;
        foreach (var package in Elements(project, "PackageReference"))
        {
            yield return new Finding(project.Path, LineOf(package), $"{name} stands on the framework alone: no package {package.Attribute("Include")?.Value}.");
        }
    }

    /// <summary>A version anywhere but in Directory.Packages.props.</summary>
    public static IEnumerable<Finding> StrayVersions(SourceFile project)
    {
        foreach (var package in Elements(project, "PackageReference").Concat(Elements(project, "PackageVersion")))
        {
            var isVersioned = package.Attribute("Version") is not null || package.Attribute("VersionOverride") is not null || package.Elements().Any(e => e.Name.LocalName.StartsWith("Version", StringComparison.Ordinal));
            if (isVersioned || package.Name.LocalName == "PackageVersion")
            {
                yield return new Finding(project.Path, LineOf(package),
                    $"version of {(package.Attribute("Include") ?? package.Attribute("Update"))?.Value}: write it in Directory.Packages.props.");
            }
        }
    }

    private static IEnumerable<(string Name, int Line)> References(SourceFile project)
    {
        foreach (var reference in Elements(project, "ProjectReference"))
        {
            yield return (Path.GetFileNameWithoutExtension(((string?)reference.Attribute("Include") ?? "").Replace('\\', '/')), LineOf(reference));
        }

        foreach (var uses in Elements(project, "UsesAkka").Where(uses => uses.Value == "true")) yield return (Akka, LineOf(uses));
        foreach (var uses in Elements(project, "UsesAkkaTestKit").Where(uses => uses.Value == "true")) yield return (Akka + ".TestKit", LineOf(uses));
    }

    private static IEnumerable<XElement> Elements(SourceFile project, string name) =>
        XDocument.Parse(project.Text, LoadOptions.SetLineInfo).Descendants().Where(element => element.Name.LocalName == name);

    private static int LineOf(XElement element) => ((System.Xml.IXmlLineInfo)element).LineNumber;
}
