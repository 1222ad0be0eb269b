using Akka.Actor;

namespace Akka.Event;

/// <summary>First message to a logger. It answers with <see cref="LoggerInitialized"/> within
/// <c>akka.logger-startup-timeout</c>, then gets the log events of the configured level and above.</summary>
public class InitializeLogger : INoSerializationVerificationNeeded
{
    public InitializeLogger(LoggingBus loggingBus) => LoggingBus = loggingBus;

    public LoggingBus LoggingBus { get; }
}
