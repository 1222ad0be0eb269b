namespace ActorBroker;

/// <summary>The node cannot start. The message is one line for the person who started it: what, why, what to do.</summary>
public sealed class NodeStartException(string message, Exception? cause = null) : Exception(message, cause);
