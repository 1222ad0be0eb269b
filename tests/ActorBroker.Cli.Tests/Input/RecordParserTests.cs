using System.Text;
using ActorBroker.Cli.Input;

namespace ActorBroker.Cli.Tests.Input;

public sealed class RecordParserTests
{
    [Theory]
    [InlineData(null, null, "a:b", null, "a:b")]
    [InlineData(":", null, "a:b:c", "a", "b:c")]
    [InlineData("=>", null, "a=>b", "a", "b")]
    [InlineData(":", null, ":b", "", "b")]
    [InlineData(":", "-", "a:-", "a", null)]
    [InlineData(":", "-", "-:b", null, "b")]
    [InlineData(null, "-", "-", null, null)]
    [InlineData(null, null, "", null, "")]
    public void A_line_gives_key_and_value(string? separator, string? mark, string line, string? key, string? value)
    {
        var (actualKey, actualValue) = new RecordParser(separator, mark).Parse(Encoding.UTF8.GetBytes(line), 1);

        Assert.Equal((key, value), (Text(actualKey), Text(actualValue)));
    }

    [Fact]
    public void A_line_without_its_separator_is_refused_with_its_number()
    {
        var refused = Assert.Throws<CliException>(() => new RecordParser(":", null).Parse(Encoding.UTF8.GetBytes("abc"), 17));
        Assert.Contains("line 17", refused.Message, StringComparison.Ordinal);
    }

    private static string? Text(ReadOnlyMemory<byte>? bytes) => bytes is { } some ? Encoding.UTF8.GetString(some.Span) : null;
}
