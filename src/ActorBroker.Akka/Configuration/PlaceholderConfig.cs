using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;

namespace Akka.Configuration;

/// <summary>A configuration is missing something or wrong.</summary>
public class ConfigurationException(string message, Exception? innerException = null) : Actor.AkkaException(message, innerException);

public class HoconValue
{
    internal Dictionary<string, HoconValue>? Fields { get; init; }

    internal List<HoconValue>? Items { get; init; }

    internal string? Text { get; init; }

    public bool IsObject() => Fields is not null;

    public bool IsString() => Text is not null;

    public string GetString() => Text ?? "";
}

public class Config
{
    public static readonly Config Empty = new(new HoconValue { Fields = [] });

    private readonly HoconValue _root;

    internal Config(HoconValue root) => _root = root;

    public virtual bool IsEmpty => _root.Fields!.Count == 0;

    public bool HasPath(string path) => GetValue(path) is not null;

    public HoconValue? GetValue(string path)
    {
        var at = _root;
        foreach (var key in Parser.Keys(path))
        {
            if (at.Fields is null || !at.Fields.TryGetValue(key, out at))
            {
                return null;
            }
        }

        return at;
    }

    public string GetString(string path, string? @default = null) => GetValue(path)?.Text ?? @default!;

    public int GetInt(string path, int @default = 0) => GetValue(path)?.Text is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : @default;

    public double GetDouble(string path, double @default = 0) => GetValue(path)?.Text is { } text ? double.Parse(text, CultureInfo.InvariantCulture) : @default;

    public bool GetBoolean(string path, bool @default = false) => GetValue(path)?.Text is { } text ? text is "on" or "true" or "yes" : @default;

    public IList<string> GetStringList(string path, IList<string>? @default = null) =>
        GetValue(path)?.Items?.Select(one => one.Text!).ToList() ?? @default ?? [];

    public Config GetConfig(string path) => GetValue(path) is { Fields: not null } value ? new Config(value) : null!;

    public IEnumerable<KeyValuePair<string, HoconValue>> AsEnumerable() => _root.Fields!;

    public Config WithFallback(Config? fallback) => fallback is null ? this : new Config(Merge(_root, fallback._root));

    public TimeSpan GetTimeSpan(string path, TimeSpan? @default = null, bool allowInfinite = true)
    {
        if (GetValue(path)?.Text is not { } text)
        {
            return @default ?? TimeSpan.Zero;
        }

        if (text == "infinite")
        {
            return Timeout.InfiniteTimeSpan;
        }

        var match = Regex.Match(text, @"^(-?[0-9.]+)\s*([a-z]*)$");
        var number = double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);
        return match.Groups[2].Value switch
        {
            "s" or "second" or "seconds" => TimeSpan.FromSeconds(number),
            "m" or "minute" or "minutes" => TimeSpan.FromMinutes(number),
            "h" or "hours" => TimeSpan.FromHours(number),
            _ => TimeSpan.FromMilliseconds(number),
        };
    }

    private static HoconValue Merge(HoconValue over, HoconValue under)
    {
        if (over.Fields is null || under.Fields is null)
        {
            return over;
        }

        var fields = new Dictionary<string, HoconValue>(under.Fields);
        foreach (var (key, value) in over.Fields)
        {
            fields[key] = fields.TryGetValue(key, out var below) ? Merge(value, below) : value;
        }

        return new HoconValue { Fields = fields };
    }

    internal sealed class Parser(string text)
    {
        private int _at;

        public static IEnumerable<string> Keys(string path) =>
            Regex.Matches(path, "\"([^\"]*)\"|([^.\"]+)").Select(m => m.Groups[1].Success ? m.Groups[1].Value : m.Groups[2].Value.Trim());

        public HoconValue Object()
        {
            var fields = new HoconValue { Fields = [] };
            while (true)
            {
                Skip();
                if (_at >= text.Length || text[_at] == '}')
                {
                    _at++;
                    return fields;
                }

                var start = _at;
                var quoted = false;
                while (_at < text.Length && (quoted || !"={:\n".Contains(text[_at], StringComparison.Ordinal)))
                {
                    quoted ^= text[_at] == '"';
                    _at++;
                }

                var keys = Keys(text[start.._at].Trim()).ToArray();
                if (text[_at] is '=' or ':')
                {
                    _at++;
                }

                while (text[_at] is ' ' or '\t')
                {
                    _at++;
                }

                var value = Value();
                for (var i = keys.Length - 1; i > 0; i--)
                {
                    value = new HoconValue { Fields = new() { [keys[i]] = value } };
                }

                fields.Fields![keys[0]] = fields.Fields.TryGetValue(keys[0], out var before) ? Merge(value, before) : value;
            }
        }

        private HoconValue Value()
        {
            if (text[_at] == '{')
            {
                _at++;
                return Object();
            }

            if (text[_at] == '[')
            {
                _at++;
                var items = new List<HoconValue>();
                while (true)
                {
                    Skip();
                    if (text[_at] == ']')
                    {
                        _at++;
                        return new HoconValue { Items = items };
                    }

                    items.Add(Value());
                }
            }

            var start = _at;
            var quoted = false;
            while (_at < text.Length && (quoted || !"\n#},]".Contains(text[_at], StringComparison.Ordinal)))
            {
                quoted ^= text[_at] == '"';
                _at++;
            }

            return new HoconValue { Text = text[start.._at].Trim().Trim('"') };
        }

        private void Skip()
        {
            while (_at < text.Length && (char.IsWhiteSpace(text[_at]) || text[_at] is ',' or '#'))
            {
                if (text[_at] == '#')
                {
                    while (_at < text.Length && text[_at] != '\n')
                    {
                        _at++;
                    }
                }
                else
                {
                    _at++;
                }
            }
        }
    }
}

public static class ConfigurationFactory
{
    public static Config Empty => Config.Empty;

    public static Config ParseString(string hocon)
    {
        var trimmed = hocon.Trim();
        return new Config(new Config.Parser(trimmed.StartsWith('{') ? trimmed[1..] : trimmed).Object());
    }

    public static Config Load() => Config.Empty;

    public static Config FromResource(string resourceName, Assembly assembly)
    {
        using var stream = assembly.GetManifestResourceStream(resourceName) ?? throw new ConfigurationException($"No resource {resourceName}");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return ParseString(reader.ReadToEnd());
    }
}
