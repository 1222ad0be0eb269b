using System.Globalization;
using System.Text;

namespace Akka.Configuration.Hocon;

/// <summary>Parses HOCON text. Errors name the source and the line. Nesting, includes and substitutions are bounded.</summary>
public sealed class HoconParser
{
    private const int DepthMax = 200;
    private const int IncludesMax = 50;

    /// <summary>Includes that are open on this thread: the callback parses them with parsers of their own.</summary>
    [ThreadStatic]
    private static int _openIncludes;

    private readonly string _text;
    private readonly string _source;
    private readonly Func<string, HoconRoot>? _include;
    private readonly List<HoconSubstitution> _substitutions = [];
    private readonly HoconValue _root = new(new HoconObject());
    private int _at;
    private int _line = 1;
    private int _depth;

    private HoconParser(string text, string source, Func<string, HoconRoot>? include)
    {
        _text = text;
        _source = source;
        _include = include;
    }

    /// <summary>Parses a text.</summary>
    /// <param name="includeCallback">Gives the content of an included resource.</param>
    /// <exception cref="ConfigurationException">The text is not HOCON, or a substitution has no value.</exception>
    public static HoconRoot Parse(string text, Func<string, HoconRoot>? includeCallback) => Parse(text, includeCallback, "HOCON");

    internal static HoconRoot Parse(string text, Func<string, HoconRoot>? includeCallback, string source)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new HoconParser(text, source, includeCallback).ParseRoot();
    }

    private HoconRoot ParseRoot()
    {
        SkipBlank();
        var root = _root.GetObject();
        if (Peek() == '{')
        {
            Next();
            ParseMembers(root, "", '}');
            SkipBlank();
        }

        ParseMembers(root, "", '\0');
        if (_at < _text.Length)
        {
            throw Error($"'{Peek()}' is not expected here");
        }

        foreach (var substitution in _substitutions)
        {
            _ = substitution.ResolvedValue;
        }

        return new HoconRoot(_root, _substitutions);
    }

    private void ParseMembers(HoconObject into, string path, char end)
    {
        Enter();
        while (true)
        {
            SkipSeparators();
            if (_at >= _text.Length)
            {
                if (end != '\0')
                {
                    throw Error("the file ends inside { }: a '}' is missing");
                }

                break;
            }

            if (Peek() == '}')
            {
                if (end == '\0')
                {
                    throw Error("'}' closes nothing");
                }

                Next();
                break;
            }

            if (IsInclude())
            {
                ParseInclude(into);
                continue;
            }

            ParseMember(into, path);
        }

        _depth--;
    }

    private void ParseMember(HoconObject into, string path)
    {
        var line = _line;
        var keys = ParsePath();
        SkipSpaces();
        var target = into;
        var full = path;
        for (var i = 0; i < keys.Count - 1; i++)
        {
            full = Join(full, keys[i]);
            target = ObjectOf(target.GetOrCreateKey(keys[i]));
        }

        var key = keys[^1];
        full = Join(full, key);
        switch (Peek())
        {
            case '{':
                AddObject(target, key, full, line);
                break;
            case '=' or ':':
                Next();
                SkipBlank();
                Assign(target, key, ParseValue(full, Previous(target, key)), line);
                break;
            case '+' when PeekAt(1) == '=':
                _at += 2;
                SkipBlank();
                Append(target, key, ParseValue(full, Previous(target, key)), line);
                break;
            default:
                throw Error(_at >= _text.Length ? $"the file ends after '{full}': a value is missing" : $"'=', ':' or '{{' is expected after '{full}'");
        }
    }

    private void AddObject(HoconObject target, string key, string full, int line)
    {
        var value = ParseValue(full, Previous(target, key));
        Assign(target, key, value, line);
    }

    private static HoconValue? Previous(HoconObject target, string key) => target.GetKey(key);

    private void Assign(HoconObject target, string key, HoconValue value, int line)
    {
        value.Line = line;
        value.Source = _source;
        var previous = target.GetKey(key);
        if (previous is not null && value.Values is [HoconSubstitution { IsOptional: true } optional])
        {
            optional.Instead = previous;
        }

        if (previous is { Values: [HoconObject own] } && value.Values is [HoconObject added])
        {
            own.Merge(added);
            return;
        }

        // An object behind a reference, or the other way round, adds to it; anything else replaces.
        if (previous is not null && value.Values is [HoconObject] && previous.Values.All(IsObjectPart))
        {
            var joined = new HoconValue { Line = line, Source = _source };
            joined.Values.AddRange(previous.Values);
            joined.Values.AddRange(value.Values);
            target.Items[key] = joined;
            return;
        }

        target.Items[key] = value;
    }

    private void Append(HoconObject target, string key, HoconValue value, int line)
    {
        var joined = new HoconValue { Line = line, Source = _source };
        if (target.GetKey(key) is { } previous)
        {
            joined.Values.AddRange(previous.Values);
        }

        joined.AppendValue(new HoconArray { value });
        target.Items[key] = joined;
    }

    private static HoconObject ObjectOf(HoconValue value)
    {
        if (value.Values is [HoconObject only])
        {
            return only;
        }

        var members = new HoconObject();
        if (value.Values.Count > 0 && value.Values.All(IsObjectPart))
        {
            value.AppendValue(members);
        }
        else
        {
            value.NewValue(members);
        }

        return members;
    }

    private static bool IsObjectPart(IHoconElement part) => part is HoconObject or HoconSubstitution or HoconLiteral { IsSpace: true };

    private HoconValue ParseValue(string path, HoconValue? previous)
    {
        Enter();
        var value = new HoconValue { Line = _line, Source = _source };
        var hasSpace = false;
        while (_at < _text.Length)
        {
            var c = Peek();
            if (c is '\n' or '\r' or ',' or '}' or ']' || c == '#' || (c == '/' && PeekAt(1) == '/'))
            {
                break;
            }

            if (c is ' ' or '\t' or '\u00a0' or '\ufeff')
            {
                Next();
                hasSpace = true;
                continue;
            }

            if (hasSpace && value.Values.Count > 0)
            {
                value.AppendValue(new HoconLiteral(" ", isSpace: true));
            }

            hasSpace = false;
            value.AppendValue(ParsePart(path, previous));
        }

        _depth--;
        if (value.Values.Count == 0)
        {
            throw Error(path.Length == 0 ? "a value is missing" : $"'{path}' has no value; write \"\" for an empty one");
        }

        return value;
    }

    private IHoconElement ParsePart(string path, HoconValue? previous)
    {
        switch (Peek())
        {
            case '{':
                Next();
                var members = new HoconObject();
                ParseMembers(members, path, '}');
                return members;
            case '[':
                Next();
                return ParseArray(path);
            case '"':
                return new HoconLiteral(ParseQuoted());
            case '$' when PeekAt(1) == '{':
                return ParseSubstitution(path, previous);
            default:
                return new HoconLiteral(ParseUnquoted());
        }
    }

    private HoconArray ParseArray(string path)
    {
        Enter();
        var array = new HoconArray();
        var line = _line;
        while (true)
        {
            SkipSeparators();
            if (_at >= _text.Length)
            {
                throw new ConfigurationException($"{_source}:{line}: the file ends inside [ ]: a ']' is missing.");
            }

            if (Peek() == ']')
            {
                Next();
                _depth--;
                return array;
            }

            if (Peek() == '}')
            {
                throw Error("'}' inside [ ]: a ']' is missing");
            }

            array.Add(ParseValue(path, null));
        }
    }

    private HoconSubstitution ParseSubstitution(string path, HoconValue? previous)
    {
        var line = _line;
        _at += 2;
        var isOptional = Peek() == '?';
        if (isOptional)
        {
            Next();
        }

        var end = _text.IndexOf('}', _at);
        if (end < 0 || _text.AsSpan(_at, end - _at).Contains('\n'))
        {
            throw Error("a '}' is missing behind ${");
        }

        var target = _text[_at..end].Trim();
        _at = end + 1;
        if (target.Length == 0)
        {
            throw Error("${} names nothing");
        }

        var substitution = target == path
            ? new HoconSubstitution(target, isOptional || previous is null, _source, line, _ => previous)
            : new HoconSubstitution(target, isOptional, _source, line, Resolve);
        _substitutions.Add(substitution);
        return substitution;
    }

    private HoconValue? Resolve(HoconSubstitution substitution)
    {
        var value = _root;
        foreach (var key in HoconPath.Split(substitution.Path))
        {
            if (!value.IsObject() || value.GetObject().GetKey(key) is not { } child)
            {
                value = null;
                break;
            }

            value = child;
        }

        if (value is not null)
        {
            return value;
        }

        if (Environment.GetEnvironmentVariable(substitution.Path) is { } environment)
        {
            return new HoconValue(new HoconLiteral(environment)) { Line = substitution.Line, Source = substitution.Source };
        }

        return substitution.IsOptional
            ? null
            : throw new ConfigurationException($"{substitution.Source}:{substitution.Line}: ${{{substitution.Path}}} has no value, neither here nor as an environment variable; ${{?{substitution.Path}}} may be left without.");
    }

    private bool IsInclude() =>
        _text.AsSpan(_at).StartsWith("include", StringComparison.Ordinal)
        && _at + 7 < _text.Length && _text[_at + 7] is ' ' or '\t' or '"'
        && _text[(_at + 7)..].TrimStart(' ', '\t').StartsWith('"');

    private void ParseInclude(HoconObject into)
    {
        _at += "include".Length;
        SkipSpaces();
        var name = ParseQuoted();
        if (_include is null)
        {
            throw Error($"include \"{name}\": includes are not possible here");
        }

        if (_openIncludes >= IncludesMax)
        {
            throw Error($"include \"{name}\": more than {IncludesMax} includes inside each other; do they include themselves?");
        }

        _openIncludes++;
        try
        {
            into.Merge(_include(name).Value.GetObject());
        }
        finally
        {
            _openIncludes--;
        }
    }

    private List<string> ParsePath()
    {
        var keys = new List<string>();
        while (true)
        {
            keys.Add(Peek() == '"' ? ParseQuoted() : ParseKey());
            if (Peek() != '.')
            {
                return keys;
            }

            Next();
        }
    }

    private string ParseKey()
    {
        var start = _at;
        while (_at < _text.Length && !IsKeyEnd())
        {
            Next();
        }

        var key = _text[start.._at].Trim();
        return key.Length > 0 ? key : throw Error(_at < _text.Length ? $"a name is expected, not '{Peek()}'" : "a name is expected");
    }

    private bool IsKeyEnd() => Peek() switch
    {
        '.' or '=' or ':' or '{' or '}' or '[' or ']' or ',' or '\n' or '\r' or '"' or '#' or '$' => true,
        '+' => PeekAt(1) == '=',
        '/' => PeekAt(1) == '/',
        _ => false,
    };

    private string ParseUnquoted()
    {
        var start = _at;
        while (_at < _text.Length)
        {
            var c = Peek();
            if (c is ' ' or '\t' or '\n' or '\r' or ',' or '{' or '}' or '[' or ']' or '"' or '#' or '\u00a0'
                || (c == '$' && PeekAt(1) == '{')
                || (c == '/' && PeekAt(1) == '/'))
            {
                break;
            }

            Next();
        }

        return start < _at ? _text[start.._at] : throw Error($"'{Peek()}' is not expected here");
    }

    private string ParseQuoted()
    {
        if (_text.AsSpan(_at).StartsWith("\"\"\"", StringComparison.Ordinal))
        {
            return ParseTripleQuoted();
        }

        var line = _line;
        Next();
        var text = new StringBuilder();
        while (true)
        {
            if (_at >= _text.Length || Peek() == '\n')
            {
                throw new ConfigurationException($"{_source}:{line}: a '\"' is missing at the end of the text; text of several lines stands in \"\"\".");
            }

            var c = Next();
            if (c == '"')
            {
                return text.ToString();
            }

            text.Append(c == '\\' ? ParseEscape() : c);
        }
    }

    private char ParseEscape()
    {
        if (_at >= _text.Length)
        {
            throw Error("the file ends behind '\\'");
        }

        var c = Next();
        switch (c)
        {
            case 'n':
                return '\n';
            case 'r':
                return '\r';
            case 't':
                return '\t';
            case 'b':
                return '\b';
            case 'f':
                return '\f';
            case '"' or '\\' or '/' or '\'':
                return c;
            case 'u' when _at + 4 <= _text.Length && ushort.TryParse(_text.AsSpan(_at, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code):
                _at += 4;
                return (char)code;
            default:
                throw Error($"'\\{c}' is not known; write '\\\\' for a backslash");
        }
    }

    private string ParseTripleQuoted()
    {
        var line = _line;
        _at += 3;
        var end = _text.IndexOf("\"\"\"", _at, StringComparison.Ordinal);
        if (end < 0)
        {
            throw new ConfigurationException($"{_source}:{line}: \"\"\" is missing at the end of the text.");
        }

        // More quotes at the end belong to the text.
        while (end + 3 < _text.Length && _text[end + 3] == '"')
        {
            end++;
        }

        var text = _text[_at..end];
        _line += text.Count(c => c == '\n');
        _at = end + 3;
        return text;
    }

    private static string Join(string path, string key) => path.Length == 0 ? key : $"{path}.{key}";

    private void SkipSpaces()
    {
        while (_at < _text.Length && Peek() is ' ' or '\t' or '\u00a0' or '\ufeff')
        {
            Next();
        }
    }

    private void SkipBlank()
    {
        while (_at < _text.Length)
        {
            if (char.IsWhiteSpace(Peek()) || Peek() == '\ufeff')
            {
                Next();
            }
            else if (Peek() == '#' || (Peek() == '/' && PeekAt(1) == '/'))
            {
                while (_at < _text.Length && Peek() != '\n')
                {
                    Next();
                }
            }
            else
            {
                break;
            }
        }
    }

    private void SkipSeparators()
    {
        SkipBlank();
        while (Peek() == ',')
        {
            Next();
            SkipBlank();
        }
    }

    private char Peek() => _at < _text.Length ? _text[_at] : '\0';

    private char PeekAt(int ahead) => _at + ahead < _text.Length ? _text[_at + ahead] : '\0';

    private char Next()
    {
        var c = _text[_at++];
        if (c == '\n')
        {
            _line++;
        }

        return c;
    }

    private void Enter()
    {
        if (++_depth > DepthMax)
        {
            throw Error($"nested more than {DepthMax} deep");
        }
    }

    private ConfigurationException Error(string what) => new($"{_source}:{_line}: {what}.");
}
