using ActorBroker.Configuration;
using ActorBroker.Tests.Conventions;

namespace ActorBroker.Tests.Configuration;

public sealed class SettingsTests
{
    [Fact]
    public void The_defaults_are_valid() => Assert.Equal(1, Read().NodeId.Value);

    [Fact]
    public void Every_file_of_settings_in_the_repository_is_valid()
    {
        var files = Directory.GetFiles(Path.Combine(Repository.Root, "config"), "*.hocon").Append(Path.Combine(Repository.Root, "broker.hocon")).ToArray();
        Assert.True(files.Length >= 3);
        foreach (var file in files)
        {
            var settings = BrokerSettings.Read(NodeConfig.Build(new BrokerNodeOptions { IsEmbedded = false, Config = File.ReadAllText(file), ConfigFile = file }));
            Assert.Equal((9092, "data"), (settings.Kafka.Port, settings.DataDir));
        }
    }

    [Theory]
    [InlineData("broker.kafka.port=65536", "broker.kafka.port = 65536 is above the limit of 65535. Lower it.")]
    [InlineData("broker.kafka.port=-1", "broker.kafka.port = -1 is below the limit of 0. Raise it.")]
    [InlineData("broker.node-id=-1", "broker.node-id = -1 is below the limit of 0. Raise it.")]
    [InlineData("broker.kafka.request-bytes-max=2g", "broker.kafka.request-bytes-max = 2g is above the limit of 1g. Lower it.")]
    [InlineData("broker.log.segment-bytes=1k", "broker.log.segment-bytes = 1k is below the limit of 1m. Raise it.")]
    [InlineData("broker.kafka.idle-timeout=10ms", "broker.kafka.idle-timeout = 00:00:00.0100000 is below the limit of 00:00:01. Raise it.")]
    [InlineData("broker.groups.members-max=0", "broker.groups.members-max = 0 is below the limit of 1. Raise it.")]
    [InlineData("broker.sessions.streams-max=0", "broker.sessions.streams-max = 0 is below the limit of 1. Raise it.")]
    [InlineData("broker.sessions.producer-credit-bytes=2g", "broker.sessions.producer-credit-bytes = 2g is above the limit of 1g. Lower it.")]
    [InlineData("broker.sessions.request-timeout=1ms", "broker.sessions.request-timeout = 00:00:00.0010000 is below the limit of 00:00:00.1000000. Raise it.")]
    [InlineData("broker.topics.default-partitions=20000", "broker.topics.default-partitions = 20000 is above the limit of 10000. Lower it.")]
    [InlineData("broker.storage.flush-threads=65", "broker.storage.flush-threads = 65 is above the limit of 64. Lower it.")]
    [InlineData("broker.log.flush-policy=sometimes", "broker.log.flush-policy = sometimes is unknown. Use one of: ")]
    [InlineData("broker.groups.session-timeout-min=1h", "broker.groups.session-timeout-max = 00:30:00 is below the limit of 01:00:00. Raise it.")]
    public void A_setting_out_of_bounds_is_named_with_its_value_its_limit_and_what_to_do(string setting, string message) =>
        Assert.StartsWith(message, Assert.Throws<SettingsException>(() => Read(setting)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("broker.kafka.port=many", "broker.kafka.port = many cannot be read")]
    [InlineData("broker.kafka.port=9999999999999999999999", "broker.kafka.port = 9999999999999999999999 cannot be read")]
    [InlineData("broker.log.segment-bytes=large", "broker.log.segment-bytes = large cannot be read")]
    [InlineData("broker.kafka.idle-timeout=soon", "broker.kafka.idle-timeout = soon cannot be read")]
    [InlineData("broker.topics.auto-create=perhaps", "broker.topics.auto-create = perhaps cannot be read")]
    [InlineData("broker.log.retention-age=forever", "broker.log.retention-age = forever cannot be read")]
    public void A_setting_that_cannot_be_read_is_named_with_its_value(string setting, string message) =>
        Assert.StartsWith(message, Assert.Throws<SettingsException>(() => Read(setting)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_later_place_wins()
    {
        var options = new BrokerNodeOptions { Config = "broker { kafka.port = 1, node-id = 2, rack = a }", Set = ["broker.kafka.port=3", "broker.rack=b"], KafkaPort = 4 };
        var settings = BrokerSettings.Read(NodeConfig.Build(options));
        Assert.Equal((4, 2, "b"), (settings.Kafka.Port, settings.NodeId.Value, settings.Rack));
    }

    [Fact]
    public async Task A_node_that_cannot_use_a_setting_says_so_and_does_not_start()
    {
        var cause = await Assert.ThrowsAsync<NodeStartException>(() => BrokerNode.StartAsync(new BrokerNodeOptions { Set = ["broker.kafka.connections-max=0"] }));
        Assert.Equal("broker.kafka.connections-max = 0 is below the limit of 1. Raise it.", cause.Message);
    }

    [Theory]
    [InlineData("broker.kafka.port")]
    [InlineData("=4")]
    public void A_setting_without_path_or_value_is_refused(string setting) =>
        Assert.Contains(setting, Assert.Throws<NodeStartException>(() => Read(setting)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_file_that_cannot_be_parsed_is_named()
    {
        var options = new BrokerNodeOptions { Config = "broker {\n  kafka = [1,\n", ConfigFile = "my.hocon" };
        Assert.StartsWith("my.hocon cannot be read: line ", Assert.Throws<NodeStartException>(() => NodeConfig.Build(options)).Message, StringComparison.Ordinal);
    }

    private static BrokerSettings Read(params string[] settings) => BrokerSettings.Read(NodeConfig.Build(new BrokerNodeOptions { Set = settings }));
}
