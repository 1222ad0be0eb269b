using Akka.Configuration;
using FsCheck;
using FsCheck.Fluent;

namespace AkkaSpecs.Embedded;

public sealed class HoconPropertyTests
{
    private const string Pieces = "ab.= :{}[]\"$#/\\\n,+${?}include1\t";

    [Fact]
    public void What_is_printed_reads_as_what_it_was() => Prop.ForAll(
        Trees(3).ToArbitrary(),
        tree =>
        {
            var printed = Print(tree);
            var config = ConfigurationFactory.ParseString(printed);

            Assert.Equal(Flat("", tree).Order(StringComparer.Ordinal), Flat(config).Order(StringComparer.Ordinal));
            Assert.Equal(Flat(config).Order(StringComparer.Ordinal), Flat(ConfigurationFactory.ParseString(config.ToString(true))).Order(StringComparer.Ordinal));
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("//")]
    [InlineData("a//b")]
    [InlineData("/user/a")]
    [InlineData("include")]
    [InlineData(" a")]
    public void Keys_of_all_kinds_are_printed_so_that_they_are_read_again(string key)
    {
        var config = ConfigurationFactory.ParseString(Print(new() { [key] = new Dictionary<string, object> { [key] = "x" } }));

        Assert.Equal(Flat(config), Flat(ConfigurationFactory.ParseString(config.ToString(true))));
        Assert.Equal([$"/{key}/{key}=x"], Flat(config));
    }

    [Fact]
    public void Any_text_reads_or_is_refused_by_line() => Prop.ForAll(
        Gen.Elements(Pieces.ToCharArray()).ArrayOf().Select(chars => new string(chars)).ToArbitrary(),
        text =>
        {
            try
            {
                _ = ConfigurationFactory.ParseString(text).ToString();
            }
            catch (ConfigurationException refused)
            {
                Assert.StartsWith("HOCON:", refused.Message, StringComparison.Ordinal);
            }
        }).Check(FsCheck.Config.QuickThrowOnFailure.WithMaxTest(5_000));

    [Fact]
    public void A_fallback_never_changes_what_is_there() => Prop.ForAll(
        Trees(2).ToArbitrary(),
        Trees(2).ToArbitrary(),
        (tree, below) =>
        {
            var (config, fallback) = (ConfigurationFactory.ParseString(Print(tree)), ConfigurationFactory.ParseString(Print(below)));
            var both = config.WithFallback(fallback);

            foreach (var (path, value) in Leaves(config))
            {
                Assert.Equal(value, both.GetString(path));
            }
        }).QuickCheckThrowOnFailure();

    /// <summary>Objects of texts and objects; keys and texts of any characters.</summary>
    private static Gen<Dictionary<string, object>> Trees(int depth)
    {
        var text = ArbMap.Default.GeneratorFor<NonNull<string>>().Select(value => value.Get);
        var key = text.Where(value => value.Length > 0 && !value.Contains('"', StringComparison.Ordinal));
        var leaf = text.Select(value => (object)value);
        var value = depth == 0 ? leaf : Gen.OneOf(leaf, Trees(depth - 1).Select(tree => (object)tree));
        return Gen.Zip(key, value).ArrayOf().Select(pairs =>
        {
            var tree = new Dictionary<string, object>(StringComparer.Ordinal);
            foreach (var (name, one) in pairs.Take(4))
            {
                tree[name] = one;
            }

            return tree;
        });
    }

    private static string Print(Dictionary<string, object> tree) => string.Join("\n", tree.Select(member => member.Value is string text
        ? $"{Quote(member.Key)} = {Quote(text)}"
        : $"{Quote(member.Key)} {{\n{Print((Dictionary<string, object>)member.Value)}\n}}"));

    private static string Quote(string text) => "\"" + string.Concat(text.Select(c => c switch
    {
        '"' => "\\\"",
        '\\' => "\\\\",
        < ' ' => $"\\u{(int)c:x4}",
        _ => c.ToString(),
    })) + "\"";

    private static IEnumerable<string> Flat(string path, Dictionary<string, object> tree) => tree.SelectMany(member => member.Value is string text
        ? [$"{path}/{member.Key}={text}"]
        : Flat($"{path}/{member.Key}", (Dictionary<string, object>)member.Value));

    private static IEnumerable<string> Flat(Akka.Configuration.Config config) => Leaves(config.Root.GetObject(), "", "/").Select(leaf => $"{leaf.Path}={leaf.Value}");

    private static IEnumerable<(string Path, string Value)> Leaves(Akka.Configuration.Config config) =>
        Leaves(config.Root.GetObject(), "", ".").Select(leaf => (leaf.Path[1..], leaf.Value));

    private static IEnumerable<(string Path, string Value)> Leaves(Akka.Configuration.Hocon.HoconObject tree, string path, string separator) => tree.Items
        .SelectMany(member =>
        {
            var below = path + separator + (separator == "." ? $"\"{member.Key}\"" : member.Key);
            return member.Value.IsObject() ? Leaves(member.Value.GetObject(), below, separator) : [(below, member.Value.GetString())];
        });
}
