using Akka.Configuration;

namespace AkkaSpecs.Configuration;

public sealed class ConfigValueTests
{
    [Theory]
    [InlineData("10s", 10_000)]
    [InlineData("10 s", 10_000)]
    [InlineData("10 seconds", 10_000)]
    [InlineData("500ms", 500)]
    [InlineData("250", 250)]
    [InlineData("1m", 60_000)]
    [InlineData("1.5 minutes", 90_000)]
    [InlineData("2h", 7_200_000)]
    [InlineData("1d", 86_400_000)]
    [InlineData("1500us", 1.5)]
    [InlineData("0s", 0)]
    public void Durations(string text, double milliseconds) =>
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), ConfigurationFactory.ParseString($"a = {text}").GetTimeSpan("a"));

    [Fact]
    public void A_duration_may_be_infinite_where_that_is_allowed()
    {
        var config = ConfigurationFactory.ParseString("a = infinite");

        Assert.Equal(Timeout.InfiniteTimeSpan, config.GetTimeSpan("a"));
        Assert.ThrowsAny<Exception>(() => config.GetTimeSpan("a", null, false));
    }

    [Theory]
    [InlineData("128b", 128)]
    [InlineData("128", 128)]
    [InlineData("1k", 1_024)]
    [InlineData("1K", 1_024)]
    [InlineData("1KiB", 1_024)]
    [InlineData("1 kibibyte", 1_024)]
    [InlineData("1kB", 1_000)]
    [InlineData("1m", 1_048_576)]
    [InlineData("1MiB", 1_048_576)]
    [InlineData("1MB", 1_000_000)]
    [InlineData("1.5k", 1_536)]
    [InlineData("2g", 2_147_483_648)]
    [InlineData("16 megabytes", 16_000_000)]
    public void Byte_sizes(string text, long bytes) => Assert.Equal(bytes, ConfigurationFactory.ParseString($"a = {text}").GetByteSize("a"));

    [Theory]
    [InlineData("on", true)]
    [InlineData("true", true)]
    [InlineData("yes", true)]
    [InlineData("off", false)]
    [InlineData("false", false)]
    [InlineData("no", false)]
    public void Booleans(string text, bool expected) => Assert.Equal(expected, ConfigurationFactory.ParseString($"a = {text}").GetBoolean("a", !expected));

    [Fact]
    public void Numbers()
    {
        var config = ConfigurationFactory.ParseString("a = -42, b = 9223372036854775807, c = 1.5, d = 1e3, l = [1, 2]");

        Assert.Equal(-42, config.GetInt("a"));
        Assert.Equal(long.MaxValue, config.GetLong("b"));
        Assert.Equal(1.5, config.GetDouble("c"));
        Assert.Equal(1.5f, config.GetFloat("c"));
        Assert.Equal(1.5m, config.GetDecimal("c"));
        Assert.Equal(1_000d, config.GetDouble("d"));
        Assert.Equal([1, 2], config.GetIntList("l"));
        Assert.Equal([1L, 2L], config.GetLongList("l"));
        Assert.Equal([1d, 2d], config.GetDoubleList("l"));
    }

    [Fact]
    public void What_is_not_there_is_the_default()
    {
        var config = ConfigurationFactory.ParseString("x = 1");

        Assert.Null(config.GetString("a"));
        Assert.Equal("d", config.GetString("a", "d"));
        Assert.Equal(7, config.GetInt("a.b", 7));
        Assert.True(config.GetBoolean("a", true));
        Assert.Equal(TimeSpan.FromSeconds(1), config.GetTimeSpan("a", TimeSpan.FromSeconds(1)));
        Assert.Equal(5, config.GetByteSize("a", 5));
        Assert.Empty(config.GetStringList("a"));
        Assert.Null(config.GetConfig("a"));
        Assert.True(config.GetConfig("a").IsNullOrEmpty());
        Assert.False(config.HasPath("a"));
        Assert.True(config.HasPath("x"));
    }

    [Fact]
    public void A_fallback_answers_where_the_configuration_is_silent()
    {
        var config = ConfigurationFactory.ParseString("a { x = 1 }")
            .WithFallback("a { x = 2, y = 2 }")
            .WithFallback(ConfigurationFactory.ParseString("a { y = 3, z = 3 }"));

        Assert.Equal(1, config.GetInt("a.x"));
        Assert.Equal(2, config.GetInt("a.y"));
        Assert.Equal(3, config.GetInt("a.z"));
        var part = config.GetConfig("a");
        Assert.Equal((1, 2, 3), (part.GetInt("x"), part.GetInt("y"), part.GetInt("z")));
        Assert.Equal(["x", "y", "z"], part.AsEnumerable().Select(entry => entry.Key).Order());
        var printed = ConfigurationFactory.ParseString(config.ToString(true));
        Assert.Equal((1, 2, 3), (printed.GetInt("a.x"), printed.GetInt("a.y"), printed.GetInt("a.z")));
    }

    [Fact]
    public void Empty_configurations_say_so()
    {
        Assert.True(Config.Empty.IsEmpty);
        Assert.True(ConfigurationFactory.Empty.IsEmpty);
        Assert.True(ConfigurationFactory.ParseString("# nothing").IsEmpty);
        Assert.False(ConfigurationFactory.ParseString("a = 1").IsEmpty);
        Assert.Equal(1, Config.Empty.WithFallback("a = 1").GetInt("a"));
        Assert.Equal(1, ((Config)null!).SafeWithFallback("a = 1").GetInt("a"));
    }

    [Fact]
    public void The_defaults_have_what_every_program_relies_on()
    {
        var config = ConfigurationFactory.Default();

        Assert.Equal("akka.persistence.journal.inmem", config.GetString("akka.persistence.journal.plugin", "akka.persistence.journal.inmem"));
        Assert.Equal(30, config.GetInt("akka.actor.default-dispatcher.throughput"));
        Assert.True(config.HasPath("akka.actor.serializers"));
    }
}
