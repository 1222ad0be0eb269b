using System.Text.Json;
using ActorBroker.Cli.Tests.Support;

namespace ActorBroker.Cli.Tests.Commands;

public sealed class BenchSuiteTests(BrokerFixture broker) : IClassFixture<BrokerFixture>
{
    private const string Small = "--scale 0.001 --duration 60";   // what ends a run is its size, also on a slow machine

    [Fact]
    public async Task All_loads_give_a_figure_for_each_broker()
    {
        var lines = (await RunAsync($"bench suite --peer a={broker.Bootstrap} --peer b={broker.Bootstrap} --runs 1 {Small}")).Ok().Lines;

        Assert.Matches("^LOAD +FIGURE +a +b$", lines[0]);
        Assert.Equal(8, lines[1..].Count(line => line[0] != ' '));
        Assert.All(lines[1..], line => Assert.DoesNotContain(" - ", line, StringComparison.Ordinal));
        Assert.Empty(await BenchTopicsAsync());
    }

    [Fact]
    public async Task Each_run_and_the_medians_are_lines_of_JSON()
    {
        var lines = (await RunAsync($"bench suite --loads one-in-flight,requests --runs 3 --json {Small} --bootstrap {broker.Bootstrap}")).Ok().Json;

        Assert.Equal(["requests", "one-in-flight"], lines.Select(line => line.GetProperty("load").GetString()).Distinct());
        Assert.All(lines, line => Assert.Equal("broker", line.GetProperty("broker").GetString()));
        var runs = lines.Where(line => line.GetProperty("load").GetString() == "requests").ToArray();
        Assert.Equal([1, 2, 3], runs.Take(3).Select(line => line.GetProperty("run").GetInt32()));
        double[] rates = [.. runs.Take(3).Select(Rate).Order()];
        Assert.Equal(rates[1], Rate(runs[3].GetProperty("median")));
        Assert.Equal(1000, runs[0].GetProperty("records").GetInt64());
    }

    [Fact]
    public async Task A_broker_that_is_not_there_ends_the_suite() =>
        Assert.Contains("no broker answers", (await RunAsync($"bench suite --peer x=127.0.0.1:1 {Small}")).FailedWith(1).Error, StringComparison.Ordinal);

    [Theory]
    [InlineData("--loads nothing", "--loads 'nothing' is not one of requests, ")]
    [InlineData("--peer 127.0.0.1:9092", "--peer '127.0.0.1:9092' is not NAME=HOST:PORT")]
    [InlineData("--peer a=127.0.0.1:9092,x", "is not NAME=HOST:PORT")]
    [InlineData("--peer a=127.0.0.1:1 --peer a=127.0.0.1:2", "two are called 'a'")]
    [InlineData("--scale 0", "--scale 0 is not a number above 0")]
    public async Task What_cannot_be_measured_is_refused(string options, string message) =>
        Assert.Contains(message, (await RunAsync($"bench suite {options}")).FailedWith(2).Error, StringComparison.Ordinal);

    [Fact]
    public async Task The_brokers_process_is_metered()
    {
        var run = (await RunAsync($"bench produce --records 2000 --pid {Environment.ProcessId} --json --bootstrap {broker.Bootstrap}")).Ok().Json[0];

        Assert.True(run.GetProperty("brokerCpuSecondsPerGigabyte").GetDouble() >= 0);
        Assert.InRange(run.GetProperty("brokerResidentMegabytes").GetDouble(), 1, run.GetProperty("brokerPeakResidentMegabytes").GetDouble() + 100);
    }

    [Fact]
    public async Task A_process_that_cannot_be_read_is_refused()
    {
        var run = await RunAsync($"bench produce --records 10 --pid {int.MaxValue} --bootstrap {broker.Bootstrap}");

        Assert.Contains($"--pid {int.MaxValue}: ", run.FailedWith(1).Error, StringComparison.Ordinal);
        Assert.Empty(await BenchTopicsAsync());
    }

    private static Task<CliRun> RunAsync(string line) => CliRun.OfAsync(line.Split(' '));

    private static double Rate(JsonElement figures) => figures.GetProperty("requestsPerSecond").GetDouble();

    private async Task<string[]> BenchTopicsAsync() =>
        [.. (await broker.RunAsync("topics", "list", "--json")).Ok().Json.Select(topic => topic.GetProperty("topic").GetString()!).Where(name => name.StartsWith("bench-", StringComparison.Ordinal))];
}
