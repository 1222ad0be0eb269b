namespace ActorBroker.Tests.Conventions;

/// <summary>The house rules, held against every file of the repository.</summary>
public sealed class HouseRulesTests
{
    private static readonly string[] TopLevelNames =
        ["src", "tests", "config", "ActorBroker.sln", "broker.hocon", "README.md", "global.json", "Directory.Build.props", "Directory.Packages.props", "Directory.Build.targets"];

    private static IEnumerable<SourceFile> Sources => Repository.Sources.Where(file => file.IsIn("src/"));

    private static IEnumerable<SourceFile> Tests => Repository.Sources.Where(file => file.IsIn("tests/"));

    private static IEnumerable<SourceFile> Projects => Repository.Files("src").Concat(Repository.Files("tests"))
        .Where(path => path.EndsWith(".csproj", StringComparison.Ordinal)).Select(Repository.Read);

    [Fact]
    public void The_repository_is_found_and_has_sources()
    {
        Assert.True(Sources.Count() > 50);
        Assert.Contains(Tests, file => file.Path.EndsWith("Conventions/HouseRulesTests.cs", StringComparison.Ordinal));
        Assert.DoesNotContain(Repository.Sources, file => file.Path.Contains("/obj/", StringComparison.Ordinal));
    }

    [Fact]
    public void Sources_use_the_simulated_world() => None(Sources.SelectMany(file => BannedCalls.Find(file, BannedCalls.InSources)));

    [Fact]
    public void Tests_wait_for_events_and_not_for_time() => None(Tests.SelectMany(file => BannedCalls.Find(file, BannedCalls.InTests)));

    [Fact]
    public void Nothing_is_left_unfinished() => None(Repository.Sources.SelectMany(file => BannedCalls.Find(file, BannedCalls.Everywhere)));

    [Fact]
    public void Comments_carry_no_notes_to_oneself() => None(Repository.Sources.SelectMany(Writing.Notes));

    [Fact]
    public void No_catch_swallows_in_silence() => None(Repository.Sources.SelectMany(Writing.SilentCatches));

    [Fact]
    public void Files_have_one_concept() => None(Repository.Sources.SelectMany(CodeSizes.LongFiles));

    [Fact]
    public void Members_fit_on_a_screen() => None(Repository.Sources.SelectMany(CodeSizes.LongMembers));

    [Fact]
    public void Projects_reference_downwards_only() => None(Projects.Where(project => project.IsIn("src/")).SelectMany(ProjectFiles.WrongArrows));

    [Fact]
    public void Package_versions_stand_in_one_file() => None(Projects.SelectMany(ProjectFiles.StrayVersions));

    [Fact]
    public void Folders_import_downwards_only() => None(Sources.SelectMany(Layers.Find));

    [Fact]
    public void Links_in_documents_lead_somewhere() => None(Repository.Texts
        .Where(file => file.Path.EndsWith(".md", StringComparison.Ordinal)).SelectMany(file => Writing.DeadLinks(file, Repository.Exists)));

    [Fact]
    public void Nothing_names_a_path_of_one_machine() => None(Repository.Texts.SelectMany(Writing.MachinePaths));

    [Fact]
    public void The_top_level_holds_what_it_should() => None(Repository.TopLevel
        .Where(name => name[0] != '.' && !TopLevelNames.Contains(name))
        .Select(name => new Finding(name, 1, $"not for the top level, which holds {string.Join(", ", TopLevelNames)} and dotfiles: move it.")));

    private static void None(IEnumerable<Finding> findings)
    {
        var list = findings.Select(finding => finding.ToString()).ToArray();
        Assert.True(list.Length == 0, $"{list.Length} broken:\n{string.Join('\n', list)}");
    }
}
