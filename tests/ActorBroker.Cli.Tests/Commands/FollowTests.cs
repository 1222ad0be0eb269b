using ActorBroker.Cli.Tests.Support;

namespace ActorBroker.Cli.Tests.Commands;

public sealed class FollowTests(BrokerFixture broker) : IClassFixture<BrokerFixture>
{
    [Fact]
    public async Task Following_prints_what_comes_and_ends_cleanly_on_interrupt()
    {
        var topic = await broker.NewTopicAsync(partitions: 2);
        (await broker.RunAsync("before\n", ["produce", topic])).Ok();
        using var output = new WatchedStream();
        using var error = new StringWriter();
        using var input = new MemoryStream();
        using var interrupt = new CancellationTokenSource();
        var io = new CliIo(input, output, error, IsInteractive: false, TimeProvider.System);
        var following = CommandLine.RunAsync(["consume", topic, "--follow", "--bootstrap", broker.Bootstrap], io, interrupt.Token);
        await output.WaitForAsync("before\n");

        (await broker.RunAsync("after\n", ["produce", topic, "--partition", "1"])).Ok();
        await output.WaitForAsync("after\n");
        await interrupt.CancelAsync();

        Assert.Equal(0, await following);
        Assert.Equal("", error.ToString());
    }

    [Fact]
    public async Task Following_with_a_count_ends_by_itself()
    {
        var topic = await broker.NewTopicAsync();
        var following = broker.RunAsync("consume", topic, "--follow", "--count", "2");
        (await broker.RunAsync("a\nb\nc\n", ["produce", topic])).Ok();

        Assert.Equal("a\nb\n", (await following).Ok().Output);
    }

    [Fact]
    public async Task A_group_goes_on_where_it_stopped()
    {
        var topic = await broker.NewTopicAsync();
        (await broker.RunAsync("a\nb\nc\n", ["produce", topic])).Ok();

        Assert.Equal("a\nb\n", (await broker.RunAsync("consume", topic, "--group", "readers", "--count", "2")).Ok().Output);
        Assert.Equal("c\n", (await broker.RunAsync("consume", topic, "--group", "readers")).Ok().Output);
        Assert.Equal("", (await broker.RunAsync("consume", topic, "--group", "readers")).Ok().Output);

        var described = (await broker.RunAsync("groups", "describe", "readers", "--json")).Ok().Json.Single();
        var offset = Assert.Single(described.GetProperty("offsets").EnumerateArray());
        Assert.Equal((3, 0), (offset.GetProperty("committed").GetInt64(), offset.GetProperty("lag").GetInt64()));
        Assert.Contains("readers", (await broker.RunAsync("groups", "list")).Ok().Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_group_that_does_not_exist_is_named() =>
        Assert.Contains("'nobody'", (await broker.RunAsync("groups", "describe", "nobody")).FailedWith(1).Error, StringComparison.Ordinal);
}
