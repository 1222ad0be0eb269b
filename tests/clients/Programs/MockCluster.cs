using System.Text.RegularExpressions;

namespace ActorBroker.Clients.Acceptance.Programs;

/// <summary>The mock cluster of librdkafka, a broker that is not ours, as long as a kcat runs that has nothing to send. It creates topics
/// by itself, with four partitions, and has neither CreateTopics nor DeleteTopics.</summary>
internal sealed partial class MockCluster : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly ChildProcess _kcat;

    private MockCluster(ChildProcess kcat, string broker) => (_kcat, Broker) = (kcat, broker);

    /// <summary>What clients bootstrap from.</summary>
    public string Broker { get; }

    public static async Task<MockCluster> StartAsync()
    {
        var address = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);

        // The broker that is named is not asked; input stays open and empty.
        var kcat = ChildProcess.Start("kcat", ["-b", "unused:1", "-P", "-t", "unused", "-X", "test.mock.num.brokers=1"], onErrorLine: line =>
        {
            if (ReplacedBy().Match(line) is { Success: true } match) address.TrySetResult(match.Groups[1].Value);
        });
        try
        {
            return new MockCluster(kcat, await address.Task.WaitAsync(Patience));
        }
        catch
        {
            await kcat.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => _kcat.DisposeAsync();

    [GeneratedRegex(@"Mock cluster enabled: .* replaced with (\S+:\d+)")]
    private static partial Regex ReplacedBy();
}
