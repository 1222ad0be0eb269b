using ActorBroker.Cli.Commands;
using ActorBroker.Cli.Tests.Support;

namespace ActorBroker.Cli.Tests.Commands;

public sealed class UsageTests
{
    [Theory]
    [InlineData("", "--help")]
    [InlineData("topics", "topics --help")]
    [InlineData("nonsense", "nonsense")]
    [InlineData("consume", "TOPIC")]
    [InlineData("topics list --nonsense", "--nonsense")]
    [InlineData("topics create t --partitions 0", "--partitions 0 is not a number from 1")]
    [InlineData("topics create t --partitions many", "--partitions many")]
    [InlineData("topics create t --config novalue", "--config 'novalue' is not NAME=VALUE")]
    [InlineData("topics alter t", "--config NAME=VALUE")]
    [InlineData("topics move t", "give --to NODE, or --cancel")]
    [InlineData("topics move t --to 1 --cancel", "give --to NODE, or --cancel")]
    [InlineData("topics move t --cancel --wait", "give --cancel or --wait")]
    [InlineData("topics move t --to nobody", "--to nobody is not a number from 0")]
    [InlineData("cluster drain", "NODE")]
    [InlineData("cluster drain 1 --undo --wait", "give --undo or --wait")]
    [InlineData("topics list --bootstrap host:99999", "--bootstrap 'host:99999'")]
    [InlineData("produce t --acks 2", "--acks 2 is not one of 0, 1, all")]
    [InlineData("produce t --compression brotli", "brotli")]
    [InlineData("produce t --batch-bytes 1g", "--batch-bytes 1g")]
    [InlineData("produce t --header novalue", "--header 'novalue'")]
    [InlineData("consume t --from middle", "--from 'middle'")]
    [InlineData("consume t --from end --offset 3", "give one of them")]
    [InlineData("consume t --timestamp yesterday", "--timestamp 'yesterday'")]
    [InlineData("consume t --format %z", "%z")]
    [InlineData("consume t --json --format %v", "give one of them")]
    [InlineData("consume t --partition -1", "--partition -1")]
    [InlineData("bench nonsense", "nonsense")]
    [InlineData("bench produce --records 5 --duration 5", "give one of them")]
    [InlineData("bench produce --topic t --partitions 3", "--partitions is for the temporary topic")]
    [InlineData("bench produce --acks 2", "--acks 2 is not one of 0, 1, all")]
    [InlineData("bench produce --in-flight 0", "--in-flight 0 is not a number from 1")]
    [InlineData("bench consume --rate 5", "--rate")]
    [InlineData("bench latency --record-size 10", "--record-size 10 is too small")]
    [InlineData("bench connections --connections 0", "--connections 0")]
    public async Task A_wrong_call_ends_with_2_and_says_what_is_wrong(string line, string named)
    {
        var run = await CliRun.OfAsync(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        run.FailedWith(2);
        Assert.Contains(named, run.Error, StringComparison.Ordinal);
        Assert.Empty(run.Output);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("topics create --help")]
    [InlineData("consume --help")]
    [InlineData("bench latency --help")]
    public async Task Help_is_on_the_output_and_ends_with_0(string line)
    {
        var run = (await CliRun.OfAsync(line.Split(' '))).Ok();
        Assert.Contains("Usage:", run.Output, StringComparison.Ordinal);
        Assert.Empty(run.Error);
    }

    [Theory]
    [InlineData("1700000000000", 1_700_000_000_000)]
    [InlineData("1970-01-01T00:00:01Z", 1000)]
    [InlineData("1970-01-01T00:00:01", 1000)]
    [InlineData("1970-01-01T02:00:01.5+02:00", 1500)]
    public void A_time_is_milliseconds_or_iso(string text, long expected) => Assert.Equal(expected, ConsumeStart.ParseTime(text));
}
