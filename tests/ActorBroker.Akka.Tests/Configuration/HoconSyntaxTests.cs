using Akka.Configuration;
using Akka.Configuration.Hocon;

namespace AkkaSpecs.Configuration;

public sealed class HoconSyntaxTests
{
    [Theory]
    [InlineData("a = 1", "1")]
    [InlineData("a: 1", "1")]
    [InlineData("{ a = 1 }", "1")]
    [InlineData("a=1,b=2", "1")]
    [InlineData("a = 1 # comment", "1")]
    [InlineData("a = 1 // comment", "1")]
    [InlineData("# comment\n\n// another\na = 1", "1")]
    [InlineData("a = one two  # three", "one two")]
    [InlineData("a = \"one two # three\"", "one two # three")]
    [InlineData("a = \"q\\\"u\\\\o\\nt\\u0065\"", "q\"u\\o\nte")]
    [InlineData("a = \"\"\"one\n\"two\" \\n\"\"\"", "one\n\"two\" \\n")]
    [InlineData("a = 1\na = 2", "2")]
    [InlineData("\"a\" = 1", "1")]
    [InlineData("a = http://example.com", "http:")]
    [InlineData("a = \"http://example.com\"", "http://example.com")]
    [InlineData("\ufeffa = 1\r\n", "1")]
    [InlineData("a = x\"y\"z", "xyz")]
    [InlineData("a = akka.tcp:/sys@host:1", "akka.tcp:/sys@host:1")]
    [InlineData("a = 10 seconds", "10 seconds")]
    public void A_text_is_what_it_says(string hocon, string expected) => Assert.Equal(expected, ConfigurationFactory.ParseString(hocon).GetString("a"));

    [Theory]
    [InlineData("a.b.c = 1")]
    [InlineData("a { b { c = 1 } }")]
    [InlineData("a { b.c = 1 }")]
    [InlineData("a.b { c : 1, }")]
    [InlineData("a = { b = { c = 1 } }")]
    [InlineData("a { x = 2 }, a { b.c = 1 }")]
    [InlineData("a.b.x = 2\na.b.c = 1")]
    [InlineData("a = 5\na { b.c = 1 }")]
    [InlineData("{\"a\":{\"b\":{\"c\":1}}}")]
    public void Objects_and_dotted_keys_are_the_same(string hocon) => Assert.Equal(1, ConfigurationFactory.ParseString(hocon).GetInt("a.b.c"));

    [Theory]
    [InlineData("a = [1, 2, 3]", "1|2|3")]
    [InlineData("a = [\n1\n2\n3\n]", "1|2|3")]
    [InlineData("a = [1,\n2,\n3,\n]", "1|2|3")]
    [InlineData("a = [one two, \"three, four\"]", "one two|three, four")]
    [InlineData("a = [1] [2, 3]", "1|2|3")]
    [InlineData("a += 1\na += 2", "1|2")]
    [InlineData("a = [1]\na += 2", "1|2")]
    [InlineData("b = [1, 2]\na = ${b} [3]", "1|2|3")]
    [InlineData("a = [1]\na = ${a} [2]", "1|2")]
    [InlineData("a = ${?a} [1]", "1")]
    [InlineData("a = []", "")]
    public void Lists_have_their_elements_in_order(string hocon, string expected) =>
        Assert.Equal(expected, string.Join("|", ConfigurationFactory.ParseString(hocon).GetStringList("a")));

    [Fact]
    public void Lists_of_objects_keep_them()
    {
        var config = ConfigurationFactory.ParseString("servers = [{ host = a, port = 1 }, { host = b, port = 2 }]");

        Assert.Equal(["a:1", "b:2"], config.GetValue("servers").GetArray()
            .Select(server => $"{server.GetObject().GetKey("host").GetString()}:{server.GetObject().GetKey("port").GetInt()}"));
    }

    [Theory]
    [InlineData("b = 1\na = ${b}", "1")]
    [InlineData("a = ${b}\nb = 1", "1")]
    [InlineData("b.c = 1\na = ${b.c}", "1")]
    [InlineData("b = /home\na = ${b}/x", "/home/x")]
    [InlineData("b = 1\nc = ${b}\na = ${c}", "1")]
    [InlineData("a = 1\na = ${a}2", "12")]
    [InlineData("a = x${?not-there}y", "xy")]
    [InlineData("b { c = 1 }\nd = ${b} { e = 2 }\na = ${d.c}${d.e}", "12")]
    [InlineData("\"x.y\" = 1\na = ${\"x.y\"}", "1")]
    public void References_stand_for_what_they_name(string hocon, string expected) => Assert.Equal(expected, ConfigurationFactory.ParseString(hocon).GetString("a"));

    [Fact]
    public void References_fall_back_to_the_environment()
    {
        const string Name = "ACTORBROKER_HOCON_SYNTAX_TESTS";
        Environment.SetEnvironmentVariable(Name, "from the environment");
        try
        {
            Assert.Equal("from the environment", ConfigurationFactory.ParseString($"a = ${{{Name}}}").GetString("a"));
            Assert.Equal("from the environment", ConfigurationFactory.ParseString($"a = default\na = ${{?{Name}}}").GetString("a"));
            Assert.Equal("the config's", ConfigurationFactory.ParseString($"{Name} = \"the config's\"\na = ${{{Name}}}").GetString("a"));
        }
        finally
        {
            Environment.SetEnvironmentVariable(Name, null);
        }
    }

    [Fact]
    public void An_optional_reference_to_nothing_leaves_the_value_before()
    {
        var config = ConfigurationFactory.ParseString("a = 1\na = ${?not-there}\nb = ${?not-there}");

        Assert.Equal("1", config.GetString("a"));
        Assert.False(config.HasPath("b"));
    }

    [Fact]
    public void Quoted_keys_may_have_dots()
    {
        var config = ConfigurationFactory.ParseString("a { \"b.c\" = 1, \"/user/**\" { x = 2 } }");

        Assert.Equal(1, config.GetInt("a.\"b.c\""));
        Assert.Equal(2, config.GetInt("a.\"/user/**\".x"));
        Assert.Equal(["b.c", "/user/**"], config.GetConfig("a").AsEnumerable().Select(entry => entry.Key));
    }

    [Fact]
    public void Included_text_stands_where_the_include_stands()
    {
        var files = new Dictionary<string, string>
        {
            ["common.conf"] = "x = common\ny = common\ninclude \"deeper.conf\"",
            ["deeper.conf"] = "z = deeper",
        };

        var config = ConfigurationFactory.ParseString("x = before\ninclude \"common.conf\"\ny = after\nb { include \"deeper.conf\" }", Resolve);

        Assert.Equal("common", config.GetString("x"));
        Assert.Equal("after", config.GetString("y"));
        Assert.Equal("deeper", config.GetString("z"));
        Assert.Equal("deeper", config.GetString("b.z"));

        HoconRoot Resolve(string name) => Parser.Parse(files[name], Resolve);
    }

    [Fact]
    public void A_key_may_begin_as_include_does() => Assert.Equal("yes", ConfigurationFactory.ParseString("included = yes\ninclude = no").GetString("included"));
}
