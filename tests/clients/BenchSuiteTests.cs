using System.Text.Json;
using ActorBroker.Clients.Acceptance.Programs;

namespace ActorBroker.Clients.Acceptance;

/// <summary>Our benchmark measures any broker that speaks the protocol: here one that we did not write.</summary>
public sealed class BenchSuiteTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [SkippableFact]
    public async Task Another_implementation_is_measured_with_what_it_has()
    {
        await ClientPrograms.Kcat.RequireAsync();
        await using var mock = await MockCluster.StartAsync();

        var (exitCode, output) = await RunAsync("bench", "suite", "--peer", $"mock={mock.Broker}", "--runs", "1", "--scale", "0.001", "--duration", "1", "--json");

        Assert.True(exitCode == 0, output);
        Assert.Contains("serves no CreateTopics: topic ", output, StringComparison.Ordinal);
        Assert.Contains("serves no DeleteTopics: topic ", output, StringComparison.Ordinal);
        var medians = output.Split('\n').Where(line => line.StartsWith('{')).Select(line => JsonDocument.Parse(line).RootElement)
            .Where(line => line.TryGetProperty("median", out _)).ToDictionary(line => line.GetProperty("load").GetString()!, line => line.GetProperty("median"));
        Assert.Equal(
            ["batches-16k", "end-to-end", "fetch", "idle-connections", "large-batches", "one-in-flight", "requests", "small-records"],
            medians.Keys.Order(StringComparer.Ordinal));
        Assert.All(["requests", "fetch", "end-to-end"], load => Assert.True(medians[load].GetProperty("records").GetInt64() > 0));
    }

    private static Task<(int ExitCode, string Output)> RunAsync(params string[] arguments) =>
        ChildProcess.RunAsync("dotnet", [Path.Combine(AppContext.BaseDirectory, "actorbroker-cli.dll"), .. arguments], Patience);
}
