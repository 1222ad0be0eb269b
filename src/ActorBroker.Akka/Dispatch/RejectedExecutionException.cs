using Akka.Actor;

namespace Akka.Dispatch;

/// <summary>A dispatcher that has been shut down does not take work.</summary>
public class RejectedExecutionException(string? message = null, Exception? inner = null) : AkkaException(message, inner);
