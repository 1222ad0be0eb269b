using System.Runtime.CompilerServices;
using System.Text;
using ActorBroker.Raft.Tests.Simulation;

namespace ActorBroker.Raft.Tests;

/// <summary>Scripts with what happens under each command. RAFT_TRANSCRIPTS=write in the environment writes them anew; the difference is read
/// by a person.</summary>
public sealed class TranscriptTests
{
    private const string Rule = "----";

    public static TheoryData<string> All => [.. Directory.GetFiles(Folder(), "*.txt").Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(All))]
    public void A_transcript_happens_as_written(string name)
    {
        var path = Path.Combine(Folder(), name + ".txt");
        var written = File.ReadAllText(path);

        var happened = Play(written);

        if (Environment.GetEnvironmentVariable("RAFT_TRANSCRIPTS") == "write") File.WriteAllText(path, happened);
        else Assert.Equal(written, happened);
    }

    [Theory]
    [InlineData("changes-before-a-commit", nameof(RaftFault.ChangesTooEarly), "leader completeness")]
    [InlineData("figure-8", nameof(RaftFault.CommitsOldEpochs), "leader completeness")]
    [InlineData("transfer", nameof(RaftFault.TransfersEarly), "commits")]
    public void A_transcript_shows_what_its_rule_is_for(string name, string fault, string broken)
    {
        var happened = Play(File.ReadAllText(Path.Combine(Folder(), name + ".txt")), Enum.Parse<RaftFault>(fault));

        Assert.Contains(happened.Split('\n'), line => line.StartsWith("broken: ", StringComparison.Ordinal) && line.Contains(broken, StringComparison.Ordinal));
    }

    [Fact]
    public void A_replica_that_forgets_its_vote_elects_two_leaders()
    {
        // who has just started votes for nobody, which hides it, so that rule is off, too
        var happened = Play(File.ReadAllText(Path.Combine(Folder(), "two-candidates.txt")), RaftFault.ForgetsLeader, HarnessFault.ForgetsVote);

        Assert.Contains("election safety", happened, StringComparison.Ordinal);
    }

    private static string Play(string transcript, RaftFault fault = RaftFault.None, HarnessFault harnessFault = HarnessFault.None)
    {
        var world = new ScriptWorld(fault, harnessFault);
        var text = new StringBuilder();
        foreach (var block in transcript.TrimEnd('\n').Split("\n\n"))
        {
            var commands = block.Split('\n').TakeWhile(line => line != Rule).ToArray();
            var happened = new List<string>();
            foreach (var command in commands)
            {
                text.Append(command).Append('\n');
                if (!command.StartsWith('#') && !world.IsBroken) happened.AddRange(world.Run(command));
            }

            if (happened.Count > 0) text.Append(Rule).Append('\n').AppendJoin('\n', happened).Append('\n');
            text.Append('\n');
        }

        return text.ToString().TrimEnd('\n') + "\n";
    }

    private static string Folder([CallerFilePath] string source = "") => Path.Combine(Path.GetDirectoryName(source)!, "Transcripts");
}
