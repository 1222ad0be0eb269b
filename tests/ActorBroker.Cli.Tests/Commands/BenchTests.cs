using System.Text.Json;
using ActorBroker.Cli.Tests.Support;

namespace ActorBroker.Cli.Tests.Commands;

public sealed class BenchTests(BrokerFixture broker) : IClassFixture<BrokerFixture>
{
    [Theory]
    [InlineData("0")]
    [InlineData("1")]
    [InlineData("all")]
    public async Task Produce_sends_exactly_the_records_asked_for(string acks)
    {
        var topic = await broker.NewTopicAsync(partitions: 3);

        var run = (await RunAsync($"bench produce --topic {topic} --records 1003 --record-size 100 --batch-size 2k --connections 2 --acks {acks} --json")).Ok().Json[0];

        Assert.Equal((topic, 1003), (run.GetProperty("topic").GetString(), run.GetProperty("records").GetInt64()));
        Assert.True(run.GetProperty("maxMs").GetDouble() >= run.GetProperty("p99Ms").GetDouble());
        Assert.Equal(1003, await OffsetsInUseAsync(topic));
        var sizes = (await RunAsync($"consume {topic} --format %s\\n")).Ok().Lines;
        Assert.Equal(1003, sizes.Count(size => size == "100"));
    }

    [Fact]
    public async Task A_temporary_topic_is_deleted_and_each_run_is_a_row()
    {
        var lines = (await RunAsync("bench produce --records 200 --record-size 50 --runs 3")).Ok().Lines;

        Assert.Matches(@"^RUN +RECORDS +SECONDS +RECORDS/S +REQUESTS/S +MB/S +P50 MS +P99 MS +P99\.9 MS +MAX MS$", lines[0]);
        Assert.Equal(["1", "2", "3", "median", "min", "max"], lines[1..].Select(line => line.Split(' ')[0]));
        Assert.All(lines[1..], line => Assert.Equal("200", line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]));
        Assert.Empty(await BenchTopicsAsync());
    }

    [Fact]
    public async Task Each_run_has_a_temporary_topic_of_its_own()
    {
        var runs = (await RunAsync("bench produce --records 20 --runs 3 --json")).Ok().Json.Take(3).ToArray();

        Assert.Equal(3, runs.Select(run => run.GetProperty("topic").GetString()).Distinct().Count());
        Assert.Empty(await BenchTopicsAsync());
    }

    [Fact]
    public async Task A_topic_that_was_named_is_used_by_all_runs_and_stays()
    {
        var topic = await broker.NewTopicAsync();

        (await RunAsync($"bench produce --topic {topic} --records 20 --runs 3")).Ok();

        Assert.Equal(60, await OffsetsInUseAsync(topic));
    }

    [Fact]
    public async Task A_topic_is_kept_when_asked()
    {
        var topic = (await RunAsync("bench produce --records 10 --partitions 2 --keep --json")).Ok().Json[0].GetProperty("topic").GetString()!;

        Assert.StartsWith("bench-", topic, StringComparison.Ordinal);
        Assert.Equal(10, await OffsetsInUseAsync(topic));
        (await RunAsync($"topics delete {topic}")).Ok();
    }

    [Theory]
    [InlineData("--partitions 1 --check")]
    [InlineData("--partitions 5 --connections 2 --in-flight 2")]
    [InlineData("--partitions 2 --connections 3 --in-flight 5 --check")]
    public async Task Consume_fills_a_temporary_topic_and_reads_all_of_it(string options)
    {
        var all = (await RunAsync($"bench consume --records 3000 --record-size 100 --batch-size 4k --runs 2 --json {options}")).Ok().Json;

        Assert.Equal([3000, 3000], all.Take(2).Select(run => run.GetProperty("records").GetInt64()));
        Assert.Equal(2, all[2].GetProperty("runs").GetInt32());
        Assert.True(all[2].GetProperty("median").GetProperty("megabytesPerSecond").GetDouble() > 0);
        Assert.Empty(await BenchTopicsAsync());
    }

    [Fact]
    public async Task Consume_reads_a_topic_that_is_there_and_refuses_an_empty_one()
    {
        var topic = await broker.NewTopicAsync(partitions: 2);
        Assert.Contains($"topic '{topic}' is empty", (await RunAsync($"bench consume --topic {topic}")).FailedWith(1).Error, StringComparison.Ordinal);
        (await broker.RunAsync("a\nb\nc\n", ["produce", topic])).Ok();

        Assert.Equal(3, (await RunAsync($"bench consume --topic {topic} --json")).Ok().Json[0].GetProperty("records").GetInt64());
    }

    [Theory]
    [InlineData("1")]
    [InlineData("0")]
    public async Task Latency_brings_every_record_back(string acks)
    {
        var run = (await RunAsync($"bench latency --records 60 --rate 600 --partitions 2 --acks {acks} --json")).Ok().Json[0];

        Assert.Equal(60, run.GetProperty("records").GetInt64());
        Assert.InRange(run.GetProperty("p50Ms").GetDouble(), 0.001, run.GetProperty("maxMs").GetDouble());
        Assert.True(run.GetProperty("seconds").GetDouble() >= 59 / 600.0);
        Assert.Empty(await BenchTopicsAsync());
    }

    [Fact]
    public async Task Connections_are_opened_held_and_counted()
    {
        var run = (await RunAsync("bench connections --connections 20 --duration 0 --json")).Ok().Json[0];

        Assert.Equal((20, 0, 0), (run.GetProperty("opened").GetInt32(), run.GetProperty("failed").GetInt32(), run.GetProperty("lost").GetInt32()));
        Assert.True(run.GetProperty("p50Ms").GetDouble() > 0);
    }

    [Fact]
    public async Task Connections_that_get_no_answer_are_counted_as_failed()
    {
        await using var proxy = new CuttingProxy(answer => answer % 4 == 0);
        proxy.Forward(int.Parse(broker.Bootstrap.Split(':')[1]));

        var run = await CliRun.OfAsync([.. "bench connections --connections 20 --duration 0 --json --bootstrap".Split(' '), proxy.Bootstrap]);

        var counts = run.Ok().Json[0];
        Assert.Equal((15, 5), (counts.GetProperty("opened").GetInt32(), counts.GetProperty("failed").GetInt32()));
        Assert.StartsWith("warning: the first connection that failed: ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_error_of_the_broker_ends_the_run_by_its_name()
    {
        var run = (await RunAsync("bench produce --records 5 --record-size 3m")).FailedWith(1);

        Assert.Contains("MESSAGE_TOO_LARGE", run.Error, StringComparison.Ordinal);
        Assert.Empty(await BenchTopicsAsync());
    }

    [Fact]
    public async Task A_topic_that_does_not_exist_is_named() =>
        Assert.Contains("'nowhere'", (await RunAsync("bench latency --topic nowhere")).FailedWith(1).Error, StringComparison.Ordinal);

    [Theory]
    [InlineData("bench produce --duration 600 --rate 2000")]
    [InlineData("bench latency --duration 600")]
    public async Task An_interrupt_deletes_the_temporary_topic(string line)
    {
        using var output = new MemoryStream();
        using var error = new StringWriter();
        using var input = new MemoryStream();
        using var interrupt = new CancellationTokenSource();
        var io = new CliIo(input, output, error, IsInteractive: false, TimeProvider.System);
        var running = CommandLine.RunAsync([.. line.Split(' '), "--bootstrap", broker.Bootstrap], io, interrupt.Token);
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (await BenchTopicsAsync() is not [var topic] || await OffsetsInUseAsync(topic) == 0) limit.Token.ThrowIfCancellationRequested();
        await interrupt.CancelAsync();

        Assert.Equal(1, await running);
        Assert.Equal("interrupted", error.ToString().TrimEnd());
        Assert.Empty(await BenchTopicsAsync());
    }

    private Task<CliRun> RunAsync(string line) => broker.RunAsync(line.Split(' '));

    private async Task<string[]> BenchTopicsAsync() =>
        [.. (await RunAsync("topics list --json")).Ok().Json.Select(topic => topic.GetProperty("topic").GetString()!).Where(name => name.StartsWith("bench-", StringComparison.Ordinal))];

    private async Task<long> OffsetsInUseAsync(string topic)
    {
        var described = (await RunAsync($"topics describe {topic} --json")).Ok().Json.Single();
        return described.GetProperty("partitions").EnumerateArray().Sum(Span);
    }

    private static long Span(JsonElement partition) => partition.GetProperty("end").GetInt64() - partition.GetProperty("start").GetInt64();
}
