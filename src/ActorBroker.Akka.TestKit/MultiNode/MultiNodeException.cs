namespace Akka.TestKit.MultiNode;

/// <summary>A role is not there, has failed, or did not answer in time; the message says which, where and what.</summary>
public sealed class MultiNodeException(string message, Exception? inner = null) : Exception(message, inner);
