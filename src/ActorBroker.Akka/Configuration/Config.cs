using Akka.Configuration.Hocon;

namespace Akka.Configuration;

/// <summary>A configuration: a tree of values, and the configurations that are asked where it has no value. Immutable.</summary>
public class Config
{
    public static readonly Config Empty = ConfigurationFactory.ParseString("");

    public Config()
        : this(new HoconRoot(new HoconValue(new HoconObject())))
    {
    }

    public Config(HoconRoot root)
    {
        ArgumentNullException.ThrowIfNull(root);
        Root = root.Value ?? throw new ArgumentNullException(nameof(root), "The root value cannot be null.");
        Substitutions = root.Substitutions;
    }

    public Config(Config source, Config? fallback)
    {
        ArgumentNullException.ThrowIfNull(source);
        Root = source.Root;
        Substitutions = source.Substitutions;
        Fallback = fallback;
    }

    /// <summary>Asked where this one has no value.</summary>
    public Config? Fallback { get; private set; }

    public virtual HoconValue Root { get; }

    public IEnumerable<HoconSubstitution> Substitutions { get; }

    /// <summary>True when neither this one nor a fallback has a value.</summary>
    public virtual bool IsEmpty => (Root is null || Root.IsEmpty || (Root.IsObject() && Root.GetObject().Items.Count == 0)) && Fallback is not { IsEmpty: false };

    public static Config operator +(Config config, string fallback) => config.WithFallback(ConfigurationFactory.ParseString(fallback));

    public static Config operator +(string configHocon, Config fallbackConfig) => ConfigurationFactory.ParseString(configHocon).WithFallback(fallbackConfig);

    public static implicit operator Config(string str) => ConfigurationFactory.ParseString(str);

    public virtual bool GetBoolean(string path, bool @default = false) => Find(path)?.GetBoolean() ?? @default;

    public virtual long? GetByteSize(string path) => GetByteSize(path, null);

    public virtual long? GetByteSize(string path, long? def = null) => Find(path) is { } value ? value.GetByteSize() : def;

    public virtual int GetInt(string path, int @default = 0) => Find(path)?.GetInt() ?? @default;

    public virtual long GetLong(string path, long @default = 0) => Find(path)?.GetLong() ?? @default;

    public virtual string GetString(string path, string @default = null!) => Find(path)?.GetString() ?? @default;

    public virtual float GetFloat(string path, float @default = 0) => Find(path)?.GetFloat() ?? @default;

    public virtual decimal GetDecimal(string path, decimal @default = 0) => Find(path)?.GetDecimal() ?? @default;

    public virtual double GetDouble(string path, double @default = 0) => Find(path)?.GetDouble() ?? @default;

    public virtual IList<bool> GetBooleanList(string path) => Find(path)?.GetBooleanList() ?? [];

    public virtual IList<decimal> GetDecimalList(string path) => Find(path)?.GetDecimalList() ?? [];

    public virtual IList<float> GetFloatList(string path) => Find(path)?.GetFloatList() ?? [];

    public virtual IList<double> GetDoubleList(string path) => Find(path)?.GetDoubleList() ?? [];

    public virtual IList<int> GetIntList(string path) => Find(path)?.GetIntList() ?? [];

    public virtual IList<long> GetLongList(string path) => Find(path)?.GetLongList() ?? [];

    public virtual IList<byte> GetByteList(string path) => Find(path)?.GetByteList() ?? [];

    public virtual IList<string> GetStringList(string path) => Find(path)?.GetStringList() ?? [];

    public virtual IList<string> GetStringList(string path, string[] defaultPaths) => Find(path)?.GetStringList() ?? defaultPaths;

    /// <summary>The part below a path, with the parts of the fallbacks below it; null (as Akka.NET has it) when there is none.</summary>
    public virtual Config GetConfig(string path)
    {
        var own = Node(path) is { } node && node.IsObject() ? new Config(new HoconRoot(node)) : null;
        var below = Fallback?.GetConfig(path);
        return own is null ? below! : below is null ? own : new Config(own, below);
    }

#nullable disable annotations // null for none, which callers of Akka.NET's API see unannotated
    public HoconValue GetValue(string path) => Find(path);
#nullable restore annotations

    public virtual TimeSpan GetTimeSpan(string path, TimeSpan? @default = null, bool allowInfinite = true) =>
        Find(path)?.GetTimeSpan(allowInfinite) ?? @default.GetValueOrDefault();

    public virtual bool HasPath(string path) => Find(path) is not null;

    /// <summary>This configuration, and the other one where this one and its fallbacks have no value.</summary>
    public virtual Config WithFallback(Config fallback)
    {
        if (ReferenceEquals(fallback, this))
        {
            throw new ArgumentException("Config can not have itself as fallback", nameof(fallback));
        }

        if (fallback is null || fallback.IsEmpty)
        {
            return this;
        }

        return IsEmpty ? fallback : new Config(this, Fallback?.WithFallback(fallback) ?? fallback);
    }

    /// <summary>The members at the top, each with its value.</summary>
    public virtual IEnumerable<KeyValuePair<string, HoconValue>> AsEnumerable()
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var config = this; config is not null; config = config.Fallback)
        {
            if (!config.Root.IsObject())
            {
                continue;
            }

            foreach (var item in config.Root.GetObject().Items)
            {
                if (seen.Add(item.Key))
                {
                    yield return item;
                }
            }
        }
    }

    public override string ToString() => Root is null ? "" : Root.IsObject() ? Root.GetObject().ToString(0) : Root.ToString();

    public string ToString(bool includeFallback)
    {
        if (!includeFallback)
        {
            return ToString();
        }

        var merged = new HoconObject();
        foreach (var part in Chain().Reverse())
        {
            if (part.Root.IsObject())
            {
                merged.Merge(part.Root.GetObject());
            }
        }

        return merged.ToString(0);
    }

    private IEnumerable<Config> Chain()
    {
        for (var config = this; config is not null; config = config.Fallback)
        {
            yield return config;
        }
    }

    private HoconValue? Find(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        for (var config = this; config is not null; config = config.Fallback)
        {
            if (config.Node(path) is { IsEmpty: false } value)
            {
                return value;
            }
        }

        return null;
    }

    private HoconValue? Node(string path)
    {
        var value = Root;
        foreach (var key in HoconPath.Split(path))
        {
            if (value is null || !value.IsObject())
            {
                return null;
            }

            value = value.GetObject().GetKey(key);
        }

        return value;
    }
}

/// <summary>What Akka.NET has as extensions of <see cref="Config"/>.</summary>
public static class ConfigExtensions
{
    /// <summary>This configuration or, where there is none, the other.</summary>
    public static Config SafeWithFallback(this Config config, Config fallback) => config is null ? fallback : ReferenceEquals(config, fallback) ? config : config.WithFallback(fallback);

    public static bool IsNullOrEmpty(this Config config) => config is null || config.IsEmpty;
}
