using Akka.Actor;

namespace Akka.Remote;

/// <summary>Remoting cannot do what its configuration asks for.</summary>
public class RemoteTransportException(string message, Exception? cause = null) : AkkaException(message, cause);
