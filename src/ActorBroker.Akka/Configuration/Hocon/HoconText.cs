using System.Globalization;
using System.Text;

namespace Akka.Configuration.Hocon;

/// <summary>How texts stand for durations and sizes, and how they are quoted.</summary>
internal static class HoconText
{
    private static readonly (string Unit, double Milliseconds)[] Durations =
    [
        ("nanoseconds", 1e-6), ("nanosecond", 1e-6), ("nanos", 1e-6), ("nano", 1e-6), ("ns", 1e-6),
        ("microseconds", 1e-3), ("microsecond", 1e-3), ("micros", 1e-3), ("micro", 1e-3), ("us", 1e-3),
        ("milliseconds", 1), ("millisecond", 1), ("millis", 1), ("milli", 1), ("ms", 1),
        ("seconds", 1e3), ("second", 1e3), ("s", 1e3),
        ("minutes", 6e4), ("minute", 6e4), ("m", 6e4),
        ("hours", 3.6e6), ("hour", 3.6e6), ("h", 3.6e6),
        ("days", 8.64e7), ("day", 8.64e7), ("d", 8.64e7),
    ];

    private static readonly (string Unit, decimal Bytes)[] Sizes = MakeSizes();

    public static bool TryParseDuration(string? text, bool allowInfinite, out TimeSpan value)
    {
        value = TimeSpan.Zero;
        if (string.IsNullOrEmpty(text))
        {
            return false;
        }

        if (text.Equals("infinite", StringComparison.OrdinalIgnoreCase) || text == "-1")
        {
            value = Timeout.InfiniteTimeSpan;
            return allowInfinite;
        }

        var milliseconds = 1d;
        var number = text;
        foreach (var (unit, length) in Durations)
        {
            if (text.EndsWith(unit, StringComparison.OrdinalIgnoreCase) && EndsWithDigit(text[..^unit.Length]))
            {
                (number, milliseconds) = (text[..^unit.Length], length);
                break;
            }
        }

        if (!double.TryParse(number.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out var amount)
            || !(Math.Abs(amount * milliseconds) <= TimeSpan.MaxValue.TotalMilliseconds / 2))
        {
            return false;
        }

        value = TimeSpan.FromTicks((long)Math.Round(amount * milliseconds * TimeSpan.TicksPerMillisecond));
        return true;
    }

    /// <summary>Powers of two for k, Ki and KiB, powers of ten for kB, as in the HOCON specification.</summary>
    public static bool TryParseByteSize(string? text, out long value)
    {
        value = 0;
        if (string.IsNullOrEmpty(text))
        {
            return false;
        }

        var number = text;
        var bytes = 1m;
        foreach (var (unit, size) in Sizes)
        {
            if (text.EndsWith(unit, StringComparison.Ordinal) && EndsWithDigit(text[..^unit.Length]))
            {
                (number, bytes) = (text[..^unit.Length], size);
                break;
            }
        }

        if (!decimal.TryParse(number.Trim(), NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var amount)
            || Math.Abs(amount) > long.MaxValue / bytes)
        {
            return false;
        }

        value = (long)(amount * bytes);
        return true;
    }

    public static string QuoteIfNeeded(string text) =>
        text.Length > 0 && text.All(c => char.IsLetterOrDigit(c) || c is '-' or '_' or '.') && text is not ("true" or "false" or "null") ? text : Quote(text);

    public static string Quote(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var c in text)
        {
            quoted.Append(c switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                < ' ' => $"\\u{(int)c:x4}",
                _ => c.ToString(),
            });
        }

        return quoted.Append('"').ToString();
    }

    private static bool EndsWithDigit(string text) => text.TrimEnd() is { Length: > 0 } number && char.IsAsciiDigit(number[^1]);

    private static (string Unit, decimal Bytes)[] MakeSizes()
    {
        var sizes = new List<(string, decimal)>();
        var (binary, ten) = (1m, 1m);
        foreach (var (letter, name, binaryName) in new[]
        {
            ("k", "kilo", "kibi"), ("m", "mega", "mebi"), ("g", "giga", "gibi"), ("t", "tera", "tebi"), ("p", "peta", "pebi"), ("e", "exa", "exbi"),
        })
        {
            binary *= 1024;
            ten *= 1000;
            var upper = letter.ToUpperInvariant();
            sizes.Add(($"{name}bytes", ten));
            sizes.Add(($"{name}byte", ten));
            sizes.Add(($"{binaryName}bytes", binary));
            sizes.Add(($"{binaryName}byte", binary));
            sizes.Add(($"{upper}iB", binary));
            sizes.Add(($"{upper}i", binary));
            sizes.Add(($"{letter}B", ten));
            sizes.Add(($"{upper}B", ten));
            sizes.Add((upper, binary));
            sizes.Add((letter, binary));
        }

        sizes.Add(("bytes", 1));
        sizes.Add(("byte", 1));
        sizes.Add(("B", 1));
        sizes.Add(("b", 1));
        return [.. sizes];
    }
}
