using Akka.Actor;

namespace Akka.Configuration;

/// <summary>A configuration that cannot be used: the text is not HOCON, or a value is missing or not what is asked for.</summary>
public class ConfigurationException(string message, Exception? exception = null) : AkkaException(message, exception!);
