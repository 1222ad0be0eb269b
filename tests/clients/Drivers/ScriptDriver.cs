using ActorBroker.Clients.Acceptance.Programs;
using ActorBroker.Clients.Acceptance.Records;

namespace ActorBroker.Clients.Acceptance.Drivers;

/// <summary>A client library driven by one of our small programs, which all take the same commands.</summary>
/// <param name="command">Program and first arguments; the suite's own follow as name=value.</param>
internal class ScriptDriver(string name, ClientProgram program, Func<Task<string[]>> command) : ClientDriver(name, program)
{
    public override async Task ProduceAsync(string broker, IReadOnlyList<KafkaRecord> records, ProduceOptions options, AckLog acks)
    {
        using var folder = new TemporaryFolder();
        var input = folder.NextFile("records");
        RecordFile.Write(input, records);
        var line = await command();
        await using var client = ChildProcess.Start(line[0],
        [
            .. line[1..], "produce", $"broker={broker}", $"in={input}", $"codec={options.Codec}", $"acks={options.Acks}",
            $"idempotent={(options.IsIdempotent ? "true" : "false")}", $"rate={options.RecordsPerSecond}",
            $"batch={options.BatchRecordsMax}",
        ], acks.OnLine, environment: ClientPrograms.NodeEnvironment);
        var exitCode = await client.ExitAsync(Patience);
        Assert.True(exitCode == 0, $"{Name} produce ended with {exitCode}:\n{client.Output}");
    }

    public override Task<IReadOnlyList<KafkaRecord>> ConsumeAsync(string broker, IReadOnlyList<string> topics, int countMin = 0) =>
        ReadAsync("consume", $"broker={broker}", $"topics={string.Join(',', topics)}", $"count={countMin}");

    public override Task<IReadOnlyList<KafkaRecord>> ConsumeInGroupAsync(string broker, string group, string topic, int count) =>
        ReadAsync("group", $"broker={broker}", $"topics={topic}", $"group={group}", $"count={count}");

    /// <summary>Starts a member of a group that reads exactly so many records and stays until it is told to leave.</summary>
    public async Task<GroupMember> JoinGroupAsync(string broker, string group, string topic, int count)
    {
        var line = await command();
        return new GroupMember(line[0],
            [.. line[1..], "group", $"broker={broker}", $"topics={topic}", $"group={group}", $"count={count}", "hold=true"]);
    }

    /// <summary>One administrative action; returns its lines of output.</summary>
    public async Task<IReadOnlyList<string>> AdministerAsync(string broker, params string[] arguments)
    {
        var output = await RunAsync(["admin", $"broker={broker}", .. arguments]);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private async Task<IReadOnlyList<KafkaRecord>> ReadAsync(params string[] arguments)
    {
        using var folder = new TemporaryFolder();
        var output = folder.NextFile("records");
        await RunAsync([.. arguments, $"out={output}"]);
        return RecordFile.Read(output);
    }

    private async Task<string> RunAsync(string[] arguments)
    {
        var line = await command();
        var (exitCode, output) =
            await ChildProcess.RunAsync(line[0], [.. line[1..], .. arguments], Patience, ClientPrograms.NodeEnvironment);
        Assert.True(exitCode == 0, $"{Name} {string.Join(' ', arguments)} ended with {exitCode}:\n{output}");
        return output;
    }
}
