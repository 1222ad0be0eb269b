using System.Runtime.CompilerServices;
using System.Text;

namespace Akka.Configuration.Hocon;

/// <summary>A part of a <see cref="HoconValue"/>.</summary>
public interface IHoconElement
{
    bool IsString();

    string GetString();

    bool IsArray();

    IList<HoconValue> GetArray();
}

/// <summary>What may be an object once it is looked at.</summary>
public interface IMightBeAHoconObject
{
    bool IsObject();

    HoconObject GetObject();
}

/// <summary>How much a value is when all its references are followed. Bounded, so that a few lines cannot stand for a billion
/// values (each line twice the one before), nor a value overflow the stack of who reads it.</summary>
internal readonly record struct HoconExtent(long Nodes, int Depth)
{
    public const long NodesMax = 1_000_000;
    public const int DepthMax = 500;

    public bool IsTooMuch => Nodes > NodesMax || Depth > DepthMax;

    public HoconExtent Beside(HoconExtent other) => new(Nodes + other.Nodes, Math.Max(Depth, other.Depth));
}

/// <summary>A text, quoted or not, or the white space between two parts.</summary>
public sealed class HoconLiteral(string value, bool isSpace = false) : IHoconElement
{
    public string Value { get; } = value;

    /// <summary>White space between parts, which does not count beside objects and arrays.</summary>
    internal bool IsSpace { get; } = isSpace;

    public bool IsString() => true;

    public string GetString() => Value;

    public bool IsArray() => false;

    public IList<HoconValue> GetArray() => throw new ConfigurationException("This element is a text and not an array.");

    public override string ToString() => Value;
}

/// <summary>Values in order.</summary>
public sealed class HoconArray : List<HoconValue>, IHoconElement
{
    public bool IsString() => false;

    public string GetString() => throw new ConfigurationException("This element is an array and not a text.");

    public bool IsArray() => true;

    public IList<HoconValue> GetArray() => this;

    public override string ToString() => "[" + string.Join(",", this) + "]";
}

/// <summary>Values by name, in the order in which the names were first given.</summary>
public sealed class HoconObject : IHoconElement, IMightBeAHoconObject
{
    public Dictionary<string, HoconValue> Items { get; } = new(StringComparer.Ordinal);

    /// <summary>The values as plain objects: strings, lists, dictionaries.</summary>
    public IDictionary<string, object> Unwrapped => Items.ToDictionary(
        item => item.Key,
        item => item.Value.IsObject() ? item.Value.GetObject().Unwrapped : item.Value.IsArray() ? item.Value.GetArray() : (object)item.Value.GetString()!,
        StringComparer.Ordinal);

#nullable disable annotations // null for none, which callers of Akka.NET's API see unannotated
    public HoconValue GetKey(string key) => Items.GetValueOrDefault(key);
#nullable restore annotations

    public HoconValue GetOrCreateKey(string key)
    {
        if (!Items.TryGetValue(key, out var value))
        {
            Items[key] = value = new HoconValue();
        }

        return value;
    }

    public bool IsObject() => true;

    public HoconObject GetObject() => this;

    public bool IsString() => false;

    public string GetString() => throw new ConfigurationException("This element is an object and not a text.");

    public bool IsArray() => false;

    public IList<HoconValue> GetArray() => throw new ConfigurationException("This element is an object and not an array.");

    /// <summary>Adds what another object has; its values win, objects are merged.</summary>
    public void Merge(HoconObject other)
    {
        ArgumentNullException.ThrowIfNull(other);
        foreach (var (key, value) in other.Items)
        {
            if (Items.TryGetValue(key, out var own) && own.IsObject() && value.IsObject())
            {
                var merged = new HoconObject();
                merged.Merge(own.GetObject());
                merged.Merge(value.GetObject());
                Items[key] = new HoconValue(merged) { Line = value.Line, Source = value.Source };
            }
            else
            {
                Items[key] = value;
            }
        }
    }

    public override string ToString() => ToString(0);

    internal string ToString(int indent)
    {
        var text = new StringBuilder();
        var margin = new string(' ', indent * 2);
        foreach (var (key, value) in Items)
        {
            var name = IsPlain(key) ? key : HoconText.Quote(key);
            text.Append(margin).Append(name).Append(" : ").Append(value.ToString(indent)).Append("\r\n".AsSpan(1));
        }

        return text.ToString();
    }

    /// <summary>It can stand without quotes, as the path of a deployment does. Two slashes begin a comment.</summary>
    private static bool IsPlain(string key) =>
        key.Length > 0 && key.All(c => char.IsLetterOrDigit(c) || c is '-' or '_' or '/') && !key.Contains("//", StringComparison.Ordinal);
}

/// <summary>A reference to another value, <c>${path}</c> or <c>${?path}</c>.</summary>
public sealed class HoconSubstitution : IHoconElement, IMightBeAHoconObject
{
    private readonly Func<HoconSubstitution, HoconValue?> _resolve;
    private HoconValue? _resolved;
    private State _state;

    internal HoconSubstitution(string path, bool isOptional, string source, int line, Func<HoconSubstitution, HoconValue?> resolve)
    {
        Path = path;
        IsOptional = isOptional;
        Source = source;
        Line = line;
        _resolve = resolve;
    }

    private enum State
    {
        Open,
        Resolving,
        Resolved,
    }

    public string Path { get; }

    public bool IsOptional { get; }

    /// <summary>What it refers to; null when it is optional and there is nothing.</summary>
    public HoconValue? ResolvedValue
    {
        get
        {
            if (_state == State.Resolving)
            {
                throw new ConfigurationException($"{Source}:{Line}: ${{{Path}}} refers to itself, by way of others.");
            }

            if (_state == State.Open)
            {
                Resolve();
            }

            return _resolved;
        }
    }

    internal string Source { get; }

    internal int Line { get; }

    /// <summary>The value that it would replace, which stays when it refers to nothing.</summary>
    internal HoconValue? Instead { get; set; }

    /// <summary>Of what it refers to, with everything that refers to in turn.</summary>
    internal HoconExtent Extent { get; private set; }

    public bool IsString() => ResolvedValue is { } value && value.IsString();

    public string GetString() => ResolvedValue?.GetString()!;

    public bool IsArray() => ResolvedValue is { } value && value.IsArray();

    public IList<HoconValue> GetArray() => ResolvedValue?.GetArray() ?? [];

    public bool IsObject() => ResolvedValue is { } value && value.IsObject();

    public HoconObject GetObject() => ResolvedValue?.GetObject() ?? new HoconObject();

    public override string ToString() => $"${{{(IsOptional ? "?" : "")}{Path}}}";

    private void Resolve()
    {
        _state = State.Resolving;
        try
        {
            if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
            {
                throw new ConfigurationException($"{Source}:{Line}: ${{{Path}}} is part of too long a chain of references.");
            }

            _resolved = _resolve(this) ?? Instead;
            _resolved?.Touch();
            Extent = _resolved?.Extent() ?? default;
            if (Extent.IsTooMuch)
            {
                throw new ConfigurationException(
                    $"{Source}:{Line}: ${{{Path}}} stands for too much: more than {HoconExtent.NodesMax} values, or references {HoconExtent.DepthMax} deep.");
            }
        }
        finally
        {
            _state = State.Open;
        }

        _state = State.Resolved;
    }
}
