using ActorBroker.Messages;
using Akka.Actor;
using Akka.Configuration;

namespace ActorBroker.Client.Tests;

public sealed class ClientSettingsTests
{
    [Fact]
    public async Task A_system_has_one_client_with_the_settings_of_its_configuration()
    {
        using var system = System("""contact-points = ["akka://app", "akka://app"], request-timeout = 7s""");

        var client = BrokerClient.Get(system);

        Assert.Same(client, BrokerClient.Get(system));
        Assert.Equal(["akka://app"], client.Settings.ContactPoints.ToArray());
        Assert.Equal(TimeSpan.FromSeconds(7), client.Settings.RequestTimeout);
        await system.Terminate();
        await Assert.ThrowsAsync<ClientClosedException>(() => client.Admin.DescribeClusterAsync());
        await Assert.ThrowsAsync<ClientClosedException>(() => client.Admin.ListGroupsAsync());
        await Assert.ThrowsAsync<ClientClosedException>(() => client.Admin.OffsetsAsync([new TopicPartition("t", 0)], OffsetSpec.Latest));
    }

    [Fact]
    public void The_defaults_are_those_of_the_reference()
    {
        using var system = System("""contact-points = ["akka://app"]""");

        var settings = BrokerClient.Get(system).Settings;

        Assert.Equal("app", settings.ClientId);
        Assert.Equal(TimeSpan.FromSeconds(30), settings.RequestTimeout);
        Assert.Equal(TimeSpan.FromSeconds(5), settings.ConnectTimeout);
        Assert.Equal(TimeSpan.FromMinutes(5), settings.MetadataMaxAge);
        Assert.Equal(new BackoffSettings(TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(1)), settings.MetadataBackoff);
    }

    [Fact]
    public void The_extension_can_be_named_in_the_configuration()
    {
        using var system = System($$"""contact-points = ["akka://app"] }, akka.extensions = ["{{typeof(BrokerClientProvider).AssemblyQualifiedName}}"], x {""");

        Assert.True(system.HasExtension<BrokerClient>());
    }

    [Theory]
    [InlineData("", "contact-points is empty")]
    [InlineData("contact-points = [\"localhost:9092\"]", "\"localhost:9092\" is not an address")]
    [InlineData("contact-points = [\"akka.tcp://b\"]", "\"akka.tcp://b\" names no host and port")]
    [InlineData("contact-points = [\"akka.tcp://b@host\"]", "\"akka.tcp://b@host\" is not akka.tcp with host and port")]
    [InlineData("contact-points = [\"akka.tcp://b@host:1/user/x\"]", "\"akka.tcp://b@host:1/user/x\" is not an address")]
    [InlineData("contact-points = [\"akka://other\"]", "\"akka://other\" names another actor system than this one, app")]
    [InlineData("contact-points = [\"akka.tcp://b@host:9095\"]", "actor system app has no remoting")]
    [InlineData("contact-points = [\"akka://app\"], request-timeout = soon", "actorbroker.client.request-timeout = soon")]
    [InlineData("contact-points = [\"akka://app\"], connect-timeout = 0s", "actorbroker.client.connect-timeout = 0s is below the limit")]
    [InlineData("contact-points = [\"akka://app\"], metadata-backoff-min = 2s", "actorbroker.client.metadata-backoff-max = 1s is below the limit")]
    public void A_setting_that_cannot_be_used_is_named_with_its_value(string settings, string message)
    {
        using var system = System(settings);

        var error = Assert.Throws<ConfigurationException>(() => BrokerClient.Get(system));

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Throws<ConfigurationException>(() => BrokerClient.Get(system));
    }

    private static ActorSystem System(string settings) => ActorSystem.Create(
        "app", ConfigurationFactory.ParseString($"akka.loglevel = OFF, akka.stdout-loglevel = OFF, actorbroker.client {{ {settings} }}"));
}
