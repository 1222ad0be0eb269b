using ActorBroker.Configuration;

namespace ActorBroker.Tests.Conventions;

/// <summary>Every configuration file that is shipped can be started with.</summary>
public sealed class ConfigFilesTests
{
    public static TheoryData<string> All => [.. Repository.Files("config").Append("broker.hocon").Where(path => path.EndsWith(".hocon", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(All))]
    public void A_shipped_configuration_file_loads(string path)
    {
        var settings = Load(path, Repository.Read(path).Text);

        Assert.False(string.IsNullOrEmpty(settings.DataDir));
    }

    [Fact]
    public void A_file_with_a_value_out_of_bounds_does_not_load() =>
        Assert.Throws<SettingsException>(() => Load("bad.hocon", "broker.kafka.port = 99999999"));

    [Fact]
    public void A_file_that_is_not_HOCON_does_not_load() => Assert.Throws<NodeStartException>(() => Load("bad.hocon", "broker { kafka {"));

    private static BrokerSettings Load(string path, string text) =>
        BrokerSettings.Read(NodeConfig.Build(new BrokerNodeOptions { IsEmbedded = false, Config = text, ConfigFile = path }));
}
