namespace ActorBroker.Tests.Conventions;

/// <summary>Each house rule, held against code that breaks it and against code that only looks like it.</summary>
public sealed class HouseRulesCanFailTests
{
    [Theory]
    [InlineData("var now = DateTime.UtcNow;", "TimeProvider")]
    [InlineData("var now = DateTimeOffset.Now;", "TimeProvider")]
    [InlineData("var t = Environment.TickCount64;", "GetTimestamp")]
    [InlineData("var w = Stopwatch.StartNew();", "GetTimestamp")]
    [InlineData("Thread.Sleep(10);", "timer")]
    [InlineData("await Task.Delay(10);", "scheduler")]
    [InlineData("await Task.Delay(TimeSpan.FromSeconds(1));", "scheduler")]
    [InlineData("Task.Run(() => 1);", "actor")]
    [InlineData("new Thread(Run).Start();", "actor")]
    [InlineData("var r = new Random(3);", "seeded")]
    [InlineData("var r = Random.Shared.Next();", "seeded")]
    [InlineData("using var f = File.Open(path, FileMode.Open);", "ILogFiles")]
    [InlineData("var h = File.OpenHandle(path);", "ILogFiles")]
    [InlineData("var t = System.IO.File.ReadAllText(path);", "ILogFiles")]
    [InlineData("using var f = new FileStream(path, FileMode.Open);", "ILogFiles")]
    [InlineData("Directory.CreateDirectory(path);", "ILogFiles")]
    [InlineData("using var s = new Socket(family, type, protocol);", "transport")]
    [InlineData("lock (_gate) { }", "owns the state")]
    [InlineData("private async void OnTick() { }", "async Task")]
    [InlineData("task.GetAwaiter().GetResult();", "await")]
    [InlineData("Console.WriteLine(1);", "log")]
    [InlineData("Environment.Exit(1);", "return code")]
    public void A_banned_call_is_found_and_its_replacement_named(string code, string instead)
    {
        var file = new SourceFile("src/ActorBroker/Partitions/Bad.cs", $"// first line\n{code}\n");

        var finding = Assert.Single(BannedCalls.Find(file, BannedCalls.InSources));

        Assert.StartsWith("src/ActorBroker/Partitions/Bad.cs:2: ", finding.ToString(), StringComparison.Ordinal);
        Assert.Contains(instead, finding.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("// DateTime.UtcNow is not used")]
    [InlineData("var s = \"Thread.Sleep(10)\";")]
    [InlineData("var s = $\"{(x ? \"lock (a)\" : \"b\")} Console.Write\";")]
    [InlineData("var s = \"\"\"\n  Task.Run(x)\n  \"\"\";")]
    [InlineData("/* File.Open( */")]
    [InlineData("Index.File.Read(entry, 0);")]
    [InlineData("var n = File.Read(entry, 0);")]
    [InlineData("await Task.Delay(backoff, clock, cancellation);")]
    [InlineData("var unlock = block(1);")]
    [InlineData("var c = '\"'; // File.Open(x)")]
    public void What_only_looks_like_a_banned_call_is_left_alone(string code) =>
        Assert.Empty(BannedCalls.Find(new SourceFile("src/ActorBroker.Log/Good.cs", code), BannedCalls.InSources));

    [Fact]
    public void An_allowance_covers_its_own_place_only()
    {
        const string Code = "File.Delete(path);";

        Assert.Empty(BannedCalls.Find(new SourceFile("src/ActorBroker.Log/Files/DiskFiles.cs", Code), BannedCalls.InSources));
        Assert.Single(BannedCalls.Find(new SourceFile("src/ActorBroker.Log/Files/Other.cs", Code), BannedCalls.InSources));
        Assert.All(BannedCalls.InSources.SelectMany(ban => ban.Allowed), allowance => Assert.NotEmpty(allowance.Reason));
    }

    [Theory]
    [InlineData("Thread.Sleep(1);")]
    [InlineData("await Task.Delay(1, clock);")]
    [InlineData("[Fact(Skip = \"later\")] public void A() { }")]
    [InlineData("var r = new Random();")]
    public void A_test_that_waits_or_is_skipped_is_found(string code) =>
        Assert.Single(BannedCalls.Find(new SourceFile("tests/X/Bad.cs", code), BannedCalls.InTests));

    [Fact]
    public void Unfinished_code_is_found() =>
        Assert.Single(BannedCalls.Find(new SourceFile("tests/X/Bad.cs", "throw new NotImplementedException();"), BannedCalls.Everywhere));

    [Theory]
    [InlineData("// TODO: later", 1)]
    [InlineData("/// <summary>FIXME</summary>", 1)]
    [InlineData("var s = \"TODO\";", 0)]
    public void A_note_to_oneself_is_found(string code, int count) =>
        Assert.Equal(count, Writing.Notes(new SourceFile("src/X/Bad.cs", code)).Count());

    [Theory]
    [InlineData("try { A(); } catch { }", 1)]
    [InlineData("try { A(); }\ncatch (IOException)\n{\n}", 1)]
    [InlineData("try { A(); } catch (IOException) { /* the peer is gone, and so are we */ }", 0)]
    [InlineData("try { A(); } catch (IOException) { return; }", 0)]
    public void A_catch_that_swallows_is_found(string code, int count) =>
        Assert.Equal(count, Writing.SilentCatches(new SourceFile("src/X/Bad.cs", code)).Count());

    [Fact]
    public void A_file_of_601_lines_is_found()
    {
        Assert.Empty(CodeSizes.LongFiles(new SourceFile("src/X/A.cs", Lines(600))));
        Assert.Single(CodeSizes.LongFiles(new SourceFile("src/X/A.cs", Lines(601))));
        Assert.Empty(CodeSizes.LongFiles(new SourceFile("src/X/Generated/A.cs", Lines(601))));
    }

    [Theory]
    [InlineData("public void M()\n{", "}", 67, 0)]
    [InlineData("public void M()\n{", "}", 68, 1)]
    [InlineData("public void M<T>(T x = default) where T : class\n{", "}", 68, 1)]
    [InlineData("public int M(int x) => x switch\n{", "};", 68, 1)]
    [InlineData("public int P\n{\nget\n{", "}\n}", 66, 1)]
    [InlineData("private static readonly Dictionary<int, int> Table = new()\n{", "};", 200, 0)]
    public void A_member_of_71_lines_is_found(string head, string tail, int bodyLines, int count)
    {
        var file = new SourceFile("src/X/A.cs", $"namespace N;\n\npublic sealed class A\n{{\n    private int _x;\n\n{head}\n{Lines(bodyLines)}{tail}\n}}\n");

        var findings = CodeSizes.LongMembers(file).ToArray();

        Assert.Equal(count, findings.Length);
        Assert.All(findings, finding => Assert.Equal(7, finding.Line));
    }

    [Theory]
    [InlineData("ActorBroker.Log", "<ProjectReference Include=\"../ActorBroker.Kafka/ActorBroker.Kafka.csproj\" />")]
    [InlineData("ActorBroker.Messages", "<ProjectReference Include=\"..\\ActorBroker\\ActorBroker.csproj\" />")]
    [InlineData("ActorBroker.Cli", "<ProjectReference Include=\"../ActorBroker/ActorBroker.csproj\" />")]
    [InlineData("ActorBroker.Kafka", "<UsesAkka>true</UsesAkka>")]
    [InlineData("ActorBroker.Log", "<PackageReference Include=\"Something\" />")]
    [InlineData("ActorBroker.Unheard", "")]
    public void A_reference_upwards_is_found(string project, string content) =>
        Assert.Single(ProjectFiles.WrongArrows(new SourceFile($"src/{project}/{project}.csproj", $"<Project>\n{content}\n</Project>")));

    [Theory]
    [InlineData("<PackageReference Include=\"xunit\" Version=\"2.0.0\" />", 1)]
    [InlineData("<PackageReference Include=\"xunit\" VersionOverride=\"2.0.0\" />", 1)]
    [InlineData("<PackageReference Include=\"xunit\" />", 0)]
    public void A_version_in_a_project_is_found(string content, int count) =>
        Assert.Equal(count, ProjectFiles.StrayVersions(new SourceFile("src/X/X.csproj", $"<Project>{content}</Project>")).Count());

    [Theory]
    [InlineData("src/ActorBroker.Log/A.cs", "using Akka.Event;", 1)]
    [InlineData("src/ActorBroker.Kafka/A.cs", "using ActorBroker.Log;", 1)]
    [InlineData("src/ActorBroker.Raft/RaftCore.cs", "using Akka.Actor;", 1)]
    [InlineData("src/ActorBroker.Raft/RaftCore.cs", "using System.IO;", 1)]
    [InlineData("src/ActorBroker.Raft/RaftCore.cs", "using System.Collections.Immutable;", 0)]
    [InlineData("src/ActorBroker/Replication/PeerLinkActor.cs", "using Akka.Actor;", 0)]
    [InlineData("src/ActorBroker/Replication/Quorum.cs", "using ActorBroker.Partitions;", 1)]
    [InlineData("src/ActorBroker/Partitions/A.cs", "using static ActorBroker.Sessions.B;", 1)]
    [InlineData("src/ActorBroker/Partitions/A.cs", "using ActorBroker.Controller;", 0)]
    [InlineData("src/ActorBroker/Controller/A.cs", "using ActorBroker.Groups;", 1)]
    [InlineData("src/ActorBroker.Akka/Actor/A.cs", "using ActorBroker.Log;", 1)]
    [InlineData("src/ActorBroker.Log/A.cs", "using ActorBroker.Log.Files;", 0)]
    public void An_import_upwards_is_found(string path, string code, int count) =>
        Assert.Equal(count, Layers.Find(new SourceFile(path, $"using System;\n{code}\n")).Count());

    [Theory]
    [InlineData("[a](b.md)", 1)]
    [InlineData("[a](../here.md#part)", 0)]
    [InlineData("[a](#part) [b](https://example.org/x) `[c](d.md)`", 0)]
    public void A_dead_link_is_found(string text, int count) =>
        Assert.Equal(count, Writing.DeadLinks(new SourceFile("src/X/README.md", text), path => path == "src/here.md").Count());

    [Theory]
    [InlineData("see /" + "tmp/x for more", 1)]
    [InlineData("/" + "home/me/project", 1)]
    [InlineData("https://example.org/work/it", 0)]
    [InlineData("src/work/it", 0)]
    public void A_machine_path_is_found(string text, int count) =>
        Assert.Equal(count, Writing.MachinePaths(new SourceFile("README.md", text)).Count());

    private static string Lines(int count) => string.Concat(Enumerable.Repeat("    A();\n", count));
}
