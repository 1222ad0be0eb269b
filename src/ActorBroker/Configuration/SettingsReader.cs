using System.Globalization;
using Akka.Configuration;

namespace ActorBroker.Configuration;

/// <summary>Reads typed, bounded settings below one path of a configuration.</summary>
/// <exception cref="SettingsException">Thrown by every method for a value that is missing, unreadable or out of bounds.</exception>
public sealed class SettingsReader(Config config, string path)
{
    /// <summary>The same reader one level below.</summary>
    public SettingsReader At(string name) => new(config, Full(name));

    public string Text(string name) => Present(name, () => config.GetString(Full(name), ""))!;

    /// <summary>A text that may be left empty; null then.</summary>
    public string? OptionalText(string name)
    {
        var value = config.GetString(Full(name), "");
        return string.IsNullOrWhiteSpace(value) ? null : value;
    }

    public bool Flag(string name) => Present(name, () => config.GetBoolean(Full(name), false));

    public int Count(string name, int min, int max) => (int)Within(name, Present(name, () => config.GetLong(Full(name), 0)), min, max, Plain);

    public long Bytes(string name, long min, long max) =>
        Within(name, Present(name, () => config.GetByteSize(Full(name))) ?? throw Unreadable(name, null), min, max, Size);

    public TimeSpan Duration(string name, TimeSpan min, TimeSpan max)
    {
        var value = Present(name, () => config.GetTimeSpan(Full(name), null, true));
        Within(name, value.Ticks, min.Ticks, max.Ticks, ticks => TimeSpan.FromTicks(ticks).ToString("c", CultureInfo.InvariantCulture));
        return value;
    }

    /// <summary>One of the names of an enumeration, written in kebab case (<c>before-ack</c>).</summary>
    public T Choice<T>(string name) where T : struct, Enum
    {
        var text = Text(name);
        return Choices.TryParse<T>(text, out var value)
            ? value
            : throw new SettingsException($"{Full(name)} = {text} is unknown. Use one of: {string.Join(", ", Choices.Names<T>())}.");
    }

    private static string Plain(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Size(long value) => value switch
    {
        >= ByteSizes.GiB when value % ByteSizes.GiB == 0 => $"{value / ByteSizes.GiB}g",
        >= ByteSizes.MiB when value % ByteSizes.MiB == 0 => $"{value / ByteSizes.MiB}m",
        >= ByteSizes.KiB when value % ByteSizes.KiB == 0 => $"{value / ByteSizes.KiB}k",
        _ => Plain(value) + "b",
    };

    private string Full(string name) => $"{path}.{name}";

    private long Within(string name, long value, long min, long max, Func<long, string> show)
    {
        if (value < min)
        {
            throw new SettingsException($"{Full(name)} = {show(value)} is below the limit of {show(min)}. Raise it.");
        }

        return value <= max
            ? value
            : throw new SettingsException($"{Full(name)} = {show(value)} is above the limit of {show(max)}. Lower it.");
    }

    private T Present<T>(string name, Func<T> read)
    {
        if (!config.HasPath(Full(name)))
        {
            throw new SettingsException($"{Full(name)} is not set. Its default is in reference.conf of the broker: was that replaced?");
        }

        try
        {
            return read();
        }
        catch (Exception cause) when (cause is not SettingsException)
        {
            throw Unreadable(name, cause);
        }
    }

    private SettingsException Unreadable(string name, Exception? cause) =>
        new($"{Full(name)} = {config.GetString(Full(name), "")} cannot be read: {cause?.Message ?? "not a size in bytes"}", cause);
}
