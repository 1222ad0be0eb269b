using ActorBroker.Cli.Client;

namespace ActorBroker.Cli.Tests.Client;

public sealed class BrokerAddressTests
{
    [Theory]
    [InlineData("localhost:9093", "localhost:9093")]
    [InlineData("localhost", "localhost:9092")]
    [InlineData("[::1]:9093", "[::1]:9093")]
    [InlineData("[::1]", "[::1]:9092")]
    [InlineData("::1", "[::1]:9092")]
    [InlineData("a:1, b:2 ,c", "a:1 b:2 c:9092")]
    public void An_address_list_is_read(string text, string expected) =>
        Assert.Equal(expected, string.Join(' ', BrokerAddress.ParseList(text)));

    [Theory]
    [InlineData("")]
    [InlineData(",")]
    [InlineData(":9092")]
    [InlineData("a:")]
    [InlineData("a:0")]
    [InlineData("a:65536")]
    [InlineData("a:x")]
    [InlineData("a:-1")]
    [InlineData("[::1")]
    [InlineData("[::1]9092")]
    public void What_is_no_address_is_refused_with_its_text(string text)
    {
        var refused = Assert.Throws<UsageException>(() => BrokerAddress.ParseList(text));
        Assert.Contains($"'{text}'", refused.Message, StringComparison.Ordinal);
    }
}
