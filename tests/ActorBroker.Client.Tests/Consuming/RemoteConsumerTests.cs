using ActorBroker.Messages;
using Akka.Actor;
using Akka.Configuration;
using static ActorBroker.Client.Tests.Consuming.RecordStore;

namespace ActorBroker.Client.Tests.Consuming;

/// <summary>A consumer in an actor system of its own, over the network.</summary>
public sealed class RemoteConsumerTests
{
    [Fact]
    public async Task A_group_is_read_over_the_network_and_goes_on_after_the_node_has_restarted()
    {
        var folder = Path.Combine(Path.GetTempPath(), $"actorbroker-tests-{Guid.NewGuid():N}");
        var options = new BrokerNodeOptions { DataFolder = folder };
        var node = await BrokerNode.StartAsync(options);
        var address = Address.Parse(node.AkkaAddress);
        using var system = ActorSystem.Create("app", ConfigurationFactory.ParseString($$"""
            akka {
              loglevel = ERROR
              actor.provider = remote
              remote.dot-netty.tcp { hostname = "127.0.0.1", port = 0 }
              remote.retry-gate-closed-for = 100ms
            }
            actorbroker.client {
              contact-points = ["{{node.AkkaAddress}}"]
              metadata-backoff-min = 5ms
              metadata-backoff-max = 50ms
              connect-timeout = 1s
              consumer { heartbeat-interval = 100ms, commit-interval = 20ms }
            }
            """));
        var client = BrokerClient.Get(system);
        await Outcome(client.Admin.CreateTopicAsync(new NewTopic("t", 1)));
        await using var producer = client.CreateProducer<string, string>();
        for (var i = 0; i < 50; i++)
        {
            await Outcome(producer.SendAsync(new("t", "k", $"{i}")));
        }

        await using (var consumer = client.CreateConsumer<string, string>(new() { GroupId = "g" }))
        {
            consumer.Subscribe("t");
            await using var records = new Reading(consumer);
            Assert.Equal(Enumerable.Range(0, 50).Select(i => $"{i}"), await records.NextAsync(50));
            var next = records.AskAsync();
            await Outcome(node.StopAsync());
            node = await BrokerNode.StartAsync(options with { AkkaPort = address.Port });
            await Outcome(producer.SendAsync(new("t", "k", "after")));
            Assert.True(await Outcome(next));
            Assert.Equal(("after", new TopicPartition("t", 0)), (records.Current.Value, records.Current.TopicPartition));
        }

        await Outcome(system.Terminate());
        await node.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}
