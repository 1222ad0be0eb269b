namespace ActorBroker.Configuration;

/// <summary>A setting that cannot be used. The message names the key, the value, the limit and what to do.</summary>
public sealed class SettingsException(string message, Exception? cause = null) : Exception(message, cause);
