using System.Globalization;
using ActorBroker.Cli.Tests.Support;

namespace ActorBroker.Cli.Tests.Commands;

public sealed class ProduceRetryTests
{
    [Fact]
    public async Task Answers_that_get_lost_make_no_duplicates_and_no_holes()
    {
        await using var proxy = new CuttingProxy(answer => answer is 12 or 17 or 18 or 40 or 71);
        await using var node = await BrokerNode.StartAsync(new BrokerNodeOptions { Set = [$"broker.kafka.advertised-port={proxy.Port}"] });
        proxy.Forward(node.KafkaPort);
        (await CliRun.OfAsync("topics", "create", "lossy", "--partitions", "2", "--bootstrap", node.Bootstrap)).Ok();
        var expected = Enumerable.Range(0, 20_000).Select(i => i.ToString(CultureInfo.InvariantCulture)).ToArray();
        var input = string.Concat(expected.Select(value => $"{int.Parse(value, CultureInfo.InvariantCulture) % 2}:{value}\n"));

        (await CliRun.WithInputAsync(input, "produce", "lossy", "--key-separator", ":", "--batch-bytes", "2k", "--bootstrap", proxy.Bootstrap)).Ok();

        Assert.True(proxy.Cuts >= 4, $"{proxy.Cuts} cuts");
        var records = (await CliRun.OfAsync("consume", "lossy", "--json", "--bootstrap", node.Bootstrap)).Ok().Json;
        Assert.Equal(20_000, records.Count);
        foreach (var key in records.GroupBy(record => record.GetProperty("key").GetString()))
        {
            var values = key.Select(record => int.Parse(record.GetProperty("value").GetString()!, CultureInfo.InvariantCulture)).ToArray();
            Assert.Equal(Enumerable.Range(0, 10_000).Select(i => (2 * i) + int.Parse(key.Key!, CultureInfo.InvariantCulture)), values);
        }
    }

    [Fact]
    public async Task When_no_answer_ever_comes_the_delivery_timeout_ends_it()
    {
        var answersLeft = int.MaxValue;
        await using var proxy = new CuttingProxy(_ => Interlocked.Decrement(ref answersLeft) < 0);
        await using var node = await BrokerNode.StartAsync(new BrokerNodeOptions { Set = [$"broker.kafka.advertised-port={proxy.Port}"] });
        proxy.Forward(node.KafkaPort);
        (await CliRun.OfAsync("topics", "create", "silent", "--bootstrap", node.Bootstrap)).Ok();
        answersLeft = 3;   // versions, metadata, producer id: the first batch is never answered

        var run = (await CliRun.WithInputAsync("a\n", "produce", "silent", "--delivery-timeout", "1", "--bootstrap", proxy.Bootstrap)).FailedWith(1);

        Assert.Contains("topic 'silent' partition 0: 1 records were not acknowledged within 1 s", run.Error, StringComparison.Ordinal);
        Assert.Contains("0 of 1 records read are written", run.Error, StringComparison.Ordinal);
    }
}
