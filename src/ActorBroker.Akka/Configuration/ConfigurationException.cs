using Akka.Actor;

namespace Akka.Configuration;

/// <summary>A configuration that cannot be used: the text is not HOCON, or a value is missing or not what is asked for.</summary>
public class ConfigurationException : AkkaException
{
    public ConfigurationException(string message)
        : base(message)
    {
    }

    public ConfigurationException(string message, Exception? exception)
        : base(message, exception)
    {
    }

    /// <summary>A part that <typeparamref name="T"/> needs is not there.</summary>
    public static ConfigurationException NullOrEmptyConfig<T>(string? path = null) => new(
        $"Failed to instantiate {typeof(T).Name}: Configuration does not contain {(string.IsNullOrWhiteSpace(path) ? "a needed part" : $"`{path}` node")}");
}
