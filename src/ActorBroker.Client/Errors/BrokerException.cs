using ActorBroker.Messages.Sessions;

namespace ActorBroker.Client;

/// <summary>The broker, or the way to it, did not do what was asked. Base of all errors of this client except wrong arguments and wrong settings.</summary>
/// <param name="error">The broker's reason; <see cref="SessionError.None"/> when it is the client's own.</param>
/// <param name="isRetriable">The same call may succeed later without anybody changing anything.</param>
public class BrokerException(SessionError error, bool isRetriable, string message, Exception? innerException = null)
    : Exception(message, innerException)
{
    public BrokerException(SessionError error, string message)
        : this(error, SessionErrors.IsRetriable(error), message)
    {
    }

    /// <inheritdoc cref="BrokerException(SessionError, bool, string, Exception)" path="/param[@name='error']"/>
    public SessionError Error { get; } = error;

    /// <inheritdoc cref="BrokerException(SessionError, bool, string, Exception)" path="/param[@name='isRetriable']"/>
    public bool IsRetriable { get; } = isRetriable;
}
