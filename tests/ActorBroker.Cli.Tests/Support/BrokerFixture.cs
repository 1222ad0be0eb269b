namespace ActorBroker.Cli.Tests.Support;

/// <summary>One node for the tests of a class; each test makes topics of its own.</summary>
public sealed class BrokerFixture : IAsyncLifetime
{
    private BrokerNode? _node;
    private int _topics;

    public string Bootstrap => _node!.Bootstrap;

    public async Task InitializeAsync() => _node = await BrokerNode.StartAsync();

    public async Task DisposeAsync()
    {
        if (_node is not null) await _node.DisposeAsync();
    }

    internal Task<CliRun> RunAsync(params string[] args) => CliRun.OfAsync([.. args, "--bootstrap", Bootstrap]);

    internal Task<CliRun> RunAsync(string input, string[] args) => CliRun.WithInputAsync(input, [.. args, "--bootstrap", Bootstrap]);

    internal Task<CliRun> RunAsync(byte[] input, string[] args) => CliRun.WithInputAsync(input, [.. args, "--bootstrap", Bootstrap]);

    internal async Task<string> NewTopicAsync(int partitions = 1)
    {
        var name = $"topic-{Interlocked.Increment(ref _topics)}";
        (await RunAsync("topics", "create", name, "--partitions", $"{partitions}")).Ok();
        return name;
    }
}
