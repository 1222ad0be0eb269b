using ActorBroker.Cli.Client;
using ActorBroker.Kafka;

namespace ActorBroker.Cli.Tests.Client;

public sealed class ErrorTextTests
{
    [Theory]
    [InlineData(ErrorCode.NotLeaderOrFollower, "NOT_LEADER_OR_FOLLOWER")]
    [InlineData(ErrorCode.PolicyViolation, "POLICY_VIOLATION")]
    [InlineData((ErrorCode)999, "error code 999")]
    public void A_code_has_its_protocol_name(ErrorCode error, string name) => Assert.Equal(name, ErrorText.NameOf(error));

    [Fact]
    public void The_brokers_own_words_come_first() =>
        Assert.Equal("no such thing (INVALID_CONFIG)", ErrorText.Of(ErrorCode.InvalidConfig, "no such thing."));

    [Fact]
    public void Without_them_ours_say_what_to_do() =>
        Assert.Contains("--batch-bytes", ErrorText.Of(ErrorCode.MessageTooLarge), StringComparison.Ordinal);
}
