using Akka.Configuration;

namespace ActorBroker.Client;

/// <summary>Reads typed, bounded settings below one path of a configuration.</summary>
/// <exception cref="ConfigurationException">Thrown by every method for a value that is missing, unreadable or out of bounds.</exception>
internal sealed class ClientConfig(Config config, string path)
{
    /// <summary>The same reader one level below.</summary>
    public ClientConfig At(string name) => new(config, Full(name));

    public string Full(string name) => $"{path}.{name}";

    public string Text(string name) => Read(name, key => config.GetString(key, "")).Trim();

    public bool Flag(string name) => Read(name, key => config.GetBoolean(key, false));

    public IReadOnlyList<string> Texts(string name) => Read(name, key => config.GetStringList(key).ToArray());

    public int Count(string name, int min, int max) => Within(name, Read(name, key => config.GetInt(key, 0)), min, max);

    /// <summary>A size in bytes, which may be written like <c>16k</c> or <c>1MiB</c>.</summary>
    public long Bytes(string name, long min, long max) =>
        Within(name, Read(name, key => config.GetByteSize(key, null) ?? throw new ConfigurationException("it is not a size")), min, max);

    public TimeSpan Duration(string name, TimeSpan min, TimeSpan max) =>
        Within(name, Read(name, key => config.GetTimeSpan(key, null, false)), min, max);

    private T Within<T>(string name, T value, T min, T max)
        where T : IComparable<T> =>
        value.CompareTo(min) < 0 ? throw new ConfigurationException($"{Full(name)} = {config.GetString(Full(name), "")} is below the limit of {min}. Raise it.")
        : value.CompareTo(max) > 0 ? throw new ConfigurationException($"{Full(name)} = {config.GetString(Full(name), "")} is above the limit of {max}. Lower it.")
        : value;

    private T Read<T>(string name, Func<string, T> read)
    {
        var key = Full(name);
        if (config.GetValue(key) is null)
        {
            throw new ConfigurationException($"{key} is not set, although reference.conf of the client has a default for it.");
        }

        try
        {
            return read(key);
        }
        catch (Exception cause)
        {
            throw new ConfigurationException($"{key} = {config.GetValue(key)} cannot be read: {cause.Message}", cause);
        }
    }
}
