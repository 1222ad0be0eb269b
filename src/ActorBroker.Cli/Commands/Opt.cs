using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace ActorBroker.Cli.Commands;

/// <summary>Options with bounds and a message that says what is allowed.</summary>
internal static class Opt
{
    public static Option<string?> Text(string name, string help, string argument) => new(name) { Description = help, HelpName = argument };

    public static Option<bool> Flag(string name, string help) => new(name) { Description = help };

    /// <summary>May be given several times.</summary>
    public static Option<string[]> Many(string name, string help, string argument) => new(name)
    {
        Description = help,
        HelpName = argument,
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = true,
    };

    public static Option<string> Choice(string name, string help, string byDefault, params string[] choices)
    {
        var option = new Option<string>(name) { Description = help, HelpName = string.Join('|', choices), DefaultValueFactory = _ => byDefault };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && !choices.Contains(result.Tokens[0].Value))
            {
                result.AddError($"{name} {result.Tokens[0].Value} is not one of {string.Join(", ", choices)}");
            }
        });
        return option;
    }

    public static Option<long?> Number(string name, string help, string argument, long min, long max) => new(name)
    {
        Description = help,
        HelpName = argument,
        CustomParser = result => Parse(result, name, text => Plain(text), min, max),
    };

    public static Option<long> Number(string name, string help, string argument, long min, long max, long byDefault) => new(name)
    {
        Description = help,
        HelpName = argument,
        DefaultValueFactory = _ => byDefault,
        CustomParser = result => Parse(result, name, text => Plain(text), min, max) ?? 0,
    };

    /// <summary>A size: bytes, or a number with k, m or g behind it for KiB, MiB, GiB.</summary>
    public static Option<long> Bytes(string name, string help, long min, long max, long byDefault) => new(name)
    {
        Description = help,
        HelpName = "BYTES",
        DefaultValueFactory = _ => byDefault,
        CustomParser = result => Parse(result, name, Size, min, max) ?? 0,
    };

    /// <summary>Reads <c>k=v</c> pairs.</summary>
    /// <exception cref="UsageException">One has no equals sign.</exception>
    public static IReadOnlyList<KeyValuePair<string, string>> Pairs(string option, string[]? texts) => [.. (texts ?? []).Select(text =>
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        return equals > 0
            ? KeyValuePair.Create(text[..equals], text[(equals + 1)..])
            : throw new UsageException($"{option} '{text}' is not NAME=VALUE");
    })];

    private static long? Parse(ArgumentResult result, string name, Func<string, long?> read, long min, long max)
    {
        var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        var value = read(text);
        if (value is not null && value >= min && value <= max) return value;
        result.AddError(max == long.MaxValue
            ? $"{name} {text} is not a number from {min} on"
            : $"{name} {text} is not a number from {min} to {max}");
        return null;
    }

    private static long? Plain(string text) => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value : null;

    private static long? Size(string text)
    {
        long unit = text.Length == 0 ? 1 : char.ToLowerInvariant(text[^1]) switch
        {
            'k' => ByteSizes.KiB,
            'm' => ByteSizes.MiB,
            'g' => ByteSizes.GiB,
            _ => 1,
        };
        var number = Plain(unit == 1 ? text : text[..^1]);
        return number is > 0 and <= int.MaxValue ? number * unit : null;
    }
}
