using System.Diagnostics;
using Akka.Configuration;
using Akka.Configuration.Hocon;

namespace AkkaSpecs.Embedded;

/// <summary>What our parser says about text that is not HOCON, and that it says so in time.</summary>
public sealed class HoconErrorTests
{
    [Theory]
    [InlineData("a = 1\nb {\nc = 2", "HOCON:3", "'}' is missing")]
    [InlineData("a = 1\n}", "HOCON:2", "closes nothing")]
    [InlineData("a = 1\nb = [1, 2\n", "HOCON:2", "']' is missing")]
    [InlineData("a = \"one\nb = 2", "HOCON:1", "'\"' is missing")]
    [InlineData("\n\na = \"\"\"one\n\n", "HOCON:3", "\"\"\" is missing")]
    [InlineData("a = 1\nb", "HOCON:2", "a value is missing")]
    [InlineData("a = 1\nb c\nd = 1", "HOCON:2", "is expected after")]
    [InlineData("a =\n", "HOCON:2", "has no value")]
    [InlineData("a = \"\\q\"", "HOCON:1", "'\\q' is not known")]
    [InlineData("a = 1\n= 2", "HOCON:2", "a name is expected")]
    [InlineData("a = 1\nb = ${c}", "HOCON:2", "${c} has no value")]
    [InlineData("a = ${b\n", "HOCON:1", "'}' is missing behind ${")]
    [InlineData("a = ${b}\nb = ${a}", "HOCON:", "refers to itself")]
    [InlineData("a = ${b}x\nb = ${c}y\nc = ${a}z", "HOCON:", "refers to itself")]
    [InlineData("a { b = ${a} }", "HOCON:1", "refers to itself")]
    [InlineData("a = 1\ninclude \"other.conf\"", "HOCON:2", "includes are not possible here")]
    public void An_error_names_line_and_reason(string hocon, string place, string reason)
    {
        var error = Assert.Throws<ConfigurationException>(() => ConfigurationFactory.ParseString(hocon));

        Assert.StartsWith(place, error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a = 1\nb = many", "HOCON:2: [many] is not a whole number")]
    [InlineData("a = 1\nb = 99999999999", "HOCON:2: [99999999999] is not a whole number")]
    public void A_value_that_is_not_a_number_is_named_with_its_line(string hocon, string expected) =>
        Assert.StartsWith(expected, Assert.Throws<ConfigurationException>(() => ConfigurationFactory.ParseString(hocon).GetInt("b")).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("soon")]
    [InlineData("10 parsecs")]
    [InlineData("1e300d")]
    public void A_value_that_is_not_a_duration_is_named(string text) => Assert.Contains(
        $"[{text}] is not a duration",
        Assert.Throws<ConfigurationException>(() => ConfigurationFactory.ParseString($"a = {text}").GetTimeSpan("a")).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Hostile_texts_are_refused_and_neither_hang_nor_overflow()
    {
        var clock = Stopwatch.StartNew();

        Refused(string.Concat(Enumerable.Repeat("a {", 100_000)));
        Refused("a = " + new string('[', 100_000));
        Refused(string.Join('\n', Enumerable.Range(0, 100_000).Select(n => $"k{n} = ${{k{n + 1}}}")) + "\nk100000 = 1");
        Refused(string.Join('\n', Enumerable.Range(0, 60).Select(n => $"k{n} = ${{k{n + 1}}}${{k{n + 1}}}")) + "\nk60 = laugh");
        Refused(string.Join('\n', Enumerable.Range(0, 60).Select(n => $"k{n} = [${{k{n + 1}}}, ${{k{n + 1}}}]")) + "\nk60 = laugh");
        Refused("a = x\n" + string.Concat(Enumerable.Repeat("a = ${a}y\n", 20_000)));
        Refused("include \"self\"", Self);

        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(60), $"took {clock.Elapsed}");

        static HoconRoot Self(string name) => Parser.Parse("include \"self\"", Self);
    }

    private static void Refused(string hocon, Func<string, HoconRoot>? include = null) =>
        Assert.Throws<ConfigurationException>(() => ConfigurationFactory.ParseString(hocon, include!));
}
