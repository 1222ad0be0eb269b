using ActorBroker.Client.Tests.Admin;
using ActorBroker.Client.Tests.Support;
using Akka.Actor;

namespace ActorBroker.Client.Tests.Producing;

/// <summary>A producer in an actor system of its own, over the network.</summary>
public sealed class RemoteProducerTests
{
    [Fact]
    public async Task Records_under_way_while_the_node_restarts_are_written_once_and_in_order()
    {
        var folder = Path.Combine(Path.GetTempPath(), $"actorbroker-tests-{Guid.NewGuid():N}");
        var options = new BrokerNodeOptions { DataFolder = folder, Config = "actorbroker.client.contact-points = [\"akka://ActorBroker\"]" };
        var node = await BrokerNode.StartAsync(options);
        var port = Address.Parse(node.AkkaAddress).Port;
        using var system = RemoteNode.Application(node.AkkaAddress);
        var client = BrokerClient.Get(system);
        await FakeCluster.Outcome(client.Admin.CreateTopicAsync(new NewTopic("t", 1)));
        await using (var producer = client.CreateProducer(new ProducerOptions<string, string> { BatchBytes = 2048 }))
        {
            var sent = Enumerable.Range(0, 3000).Select(i => producer.SendAsync(new("t", "k", ProducerNode.Name(i)))).ToList();
            await FakeCluster.Outcome(sent[500]);
            var stopped = node.StopAsync();
            sent.AddRange(Enumerable.Range(3000, 3000).Select(i => producer.SendAsync(new("t", "k", ProducerNode.Name(i)))));
            await FakeCluster.Outcome(stopped);
            node = await BrokerNode.StartAsync(options with { AkkaPort = port });

            var told = await FakeCluster.Outcome(Task.WhenAll(sent));
            Assert.Equal(Enumerable.Range(0, 6000).Select(i => (long)i), told.Select(metadata => metadata.Offset.Value));
        }

        await FakeCluster.Outcome(system.Terminate());
        await using (var reader = new ProducerNode(node))
        {
            Assert.Equal(Enumerable.Range(0, 6000).Select(ProducerNode.Name), (await reader.ReadAsync("t")).Select(record => record.Value));
        }

        Directory.Delete(folder, recursive: true);
    }
}
