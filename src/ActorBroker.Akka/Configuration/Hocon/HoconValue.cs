using System.Globalization;
using System.Text;

namespace Akka.Configuration.Hocon;

/// <summary>One value: a text, an array or an object, or parts that make one together.</summary>
public class HoconValue : IMightBeAHoconObject
{
    public HoconValue()
    {
    }

    public HoconValue(params IHoconElement[] values) => Values.AddRange(values);

    /// <summary>The parts, in order.</summary>
    public List<IHoconElement> Values { get; } = [];

    public bool IsEmpty => Values.Count == 0 || Values.All(value => value is HoconSubstitution { ResolvedValue: null });

    /// <summary>Line of the file on which the value begins, from 1; 0: unknown.</summary>
    internal int Line { get; set; }

    /// <summary>Name of the file; null: unknown.</summary>
    internal string? Source { get; set; }

    private IEnumerable<IHoconElement> Solid => Values.Where(value => value is not HoconLiteral { IsSpace: true } and not HoconSubstitution { ResolvedValue: null });

    public void Clear() => Values.Clear();

    /// <summary>A configuration with this value under that name.</summary>
    public Config AtKey(string key)
    {
        var members = new HoconObject();
        members.Items[key] = this;
        return new Config(new HoconRoot(new HoconValue(members)));
    }

    /// <summary>The configuration that this object is.</summary>
    public Config ToConfig() => new(new HoconRoot(this));

    public void AppendValue(IHoconElement value) => Values.Add(value);

    public void NewValue(IHoconElement value)
    {
        Values.Clear();
        Values.Add(value);
    }

    public bool IsString() => Values.Count > 0 && Solid.Any() && Solid.All(value => value.IsString());

    public bool IsArray() => Solid.Any() && Solid.All(value => value.IsArray());

    public bool IsObject()
    {
        var any = false;
        foreach (var value in Solid)
        {
            if (value is not IMightBeAHoconObject candidate || !candidate.IsObject())
            {
                return false;
            }

            any = true;
        }

        return any;
    }

    public HoconObject GetObject()
    {
        var objects = Solid.OfType<IMightBeAHoconObject>().Where(value => value.IsObject()).Select(value => value.GetObject()).ToArray();
        if (objects.Length == 1)
        {
            return objects[0];
        }

        var merged = new HoconObject();
        foreach (var part in objects)
        {
            merged.Merge(part);
        }

        return merged;
    }

#nullable disable annotations // null for none, which callers of Akka.NET's API see unannotated
    public HoconValue GetChildObject(string key) => GetObject().GetKey(key);
#nullable restore annotations

    public IList<HoconValue> GetArray() => [.. Solid.Where(value => value.IsArray()).SelectMany(value => value.GetArray())];

    /// <summary>The text; null when the value is an object or an array.</summary>
    public string GetString()
    {
        if (!IsString())
        {
            return null!;
        }

        if (Values.Count == 1)
        {
            return Values[0].GetString();
        }

        var text = new StringBuilder();
        foreach (var value in Values)
        {
            text.Append(value is HoconSubstitution { ResolvedValue: null } ? "" : value.GetString());
        }

        return text.ToString().Trim();
    }

    public bool GetBoolean() => GetString() switch
    {
        "on" or "true" or "yes" => true,
        "off" or "false" or "no" or null => false,
        var other when bool.TryParse(other, out var parsed) => parsed,
        var other => throw Unreadable(other, "a boolean: on, off, true, false, yes or no"),
    };

    public int GetInt() => (int)Number(int.MinValue, int.MaxValue);

    public long GetLong() => Number(long.MinValue, long.MaxValue);

    public byte GetByte() => (byte)Number(byte.MinValue, byte.MaxValue);

    public decimal GetDecimal() =>
        decimal.TryParse(GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : throw Unreadable(GetString(), "a number");

    public float GetFloat() => (float)GetDouble();

    public double GetDouble() =>
        double.TryParse(GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : throw Unreadable(GetString(), "a number");

    public TimeSpan GetTimeSpan(bool allowInfinite = true)
    {
        var text = GetString()?.Trim();
        return HoconText.TryParseDuration(text, allowInfinite, out var value) ? value : throw Unreadable(text, "a duration, such as 500ms, 10s, 5m, 1h, 7d" + (allowInfinite ? " or infinite" : ""));
    }

    public long? GetByteSize()
    {
        var text = GetString()?.Trim();
        return HoconText.TryParseByteSize(text, out var value) ? value : throw Unreadable(text, "a size, such as 128b, 16k, 4m or 1g");
    }

    public IList<string> GetStringList() => [.. GetArray().Select(value => value.GetString())];

    public IList<int> GetIntList() => [.. GetArray().Select(value => value.GetInt())];

    public IList<long> GetLongList() => [.. GetArray().Select(value => value.GetLong())];

    public IList<bool> GetBooleanList() => [.. GetArray().Select(value => value.GetBoolean())];

    public IList<byte> GetByteList() => [.. GetArray().Select(value => value.GetByte())];

    public IList<float> GetFloatList() => [.. GetArray().Select(value => value.GetFloat())];

    public IList<double> GetDoubleList() => [.. GetArray().Select(value => value.GetDouble())];

    public IList<decimal> GetDecimalList() => [.. GetArray().Select(value => value.GetDecimal())];

    public override string ToString() => ToString(0);

    public virtual string ToString(int indent)
    {
        if (IsObject())
        {
            return $"{{\n{GetObject().ToString(indent + 1)}{new string(' ', indent * 2)}}}";
        }

        if (IsArray())
        {
            return $"[{string.Join(",", GetArray().Select(value => value.ToString(indent + 1)))}]";
        }

        return GetString() is { } text ? HoconText.QuoteIfNeeded(text) : "<<unknown value>>";
    }

    /// <summary>Its references are resolved.</summary>
    internal HoconExtent Extent()
    {
        var extent = new HoconExtent(1, 1);
        foreach (var value in Values)
        {
            var part = value switch
            {
                HoconSubstitution substitution => substitution.Extent,
                HoconArray array => Inside(array),
                HoconObject members => Inside(members.Items.Values),
                _ => new HoconExtent(1, 0),
            };
            extent = extent.Beside(part with { Depth = part.Depth + 1 });
        }

        return extent;

        static HoconExtent Inside(IEnumerable<HoconValue> values) =>
            values.Aggregate(default(HoconExtent), (sum, value) => sum.IsTooMuch ? sum : sum.Beside(value.Extent()));
    }

    /// <summary>Resolves all substitutions in it, so that a circle is found now and not later.</summary>
    internal void Touch()
    {
        foreach (var value in Values)
        {
            switch (value)
            {
                case HoconSubstitution substitution:
                    _ = substitution.ResolvedValue;
                    break;
                case HoconArray array:
                    array.ForEach(element => element.Touch());
                    break;
                case HoconObject members:
                    foreach (var member in members.Items.Values.ToArray())
                    {
                        member.Touch();
                    }

                    break;
            }
        }
    }

    private long Number(long min, long max)
    {
        var text = GetString();
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max)
        {
            return value;
        }

        throw Unreadable(text, string.Create(CultureInfo.InvariantCulture, $"a whole number from {min} to {max}"));
    }

    private ConfigurationException Unreadable(string? text, string expected) =>
        new($"{(Source is null ? "" : $"{Source}:{Line}: ")}[{text}] is not {expected}.");
}
