namespace ActorBroker.Node.Tests;

/// <summary>What a node leaves for its next start.</summary>
public sealed class SleepBookTests
{
    [Fact]
    public async Task The_list_of_sleeping_partitions_is_there_after_a_clean_stop_and_never_while_a_node_runs_or_after_it_is_killed()
    {
        string[] arguments = ["--data", "{folder}/data", "--kafka-port", "0", "--akka-port", "0", "--http-port", "-1"];
        using var first = NodeProcess.Start(arguments);
        var book = Path.Combine(first.Folder, "data", "partitions.asleep");
        await first.ReadyAsync();
        Assert.False(File.Exists(book));
        first.Signal("TERM");
        Assert.Equal((0, ""), await first.EndAsync());
        Assert.True(File.Exists(book));

        using var second = NodeProcess.StartIn(first.Folder, arguments);
        await second.ReadyAsync();
        Assert.False(File.Exists(book));
        second.Signal("KILL");
        await second.EndAsync();
        Assert.False(File.Exists(book));
    }
}
