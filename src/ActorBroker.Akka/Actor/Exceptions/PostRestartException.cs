namespace Akka.Actor;

/// <summary>The constructor or PostRestart failed while an actor was being restarted.</summary>
public class PostRestartException : ActorInitializationException
{
    public PostRestartException(IActorRef actor, Exception cause, Exception originalCause)
        : base(actor, $"Exception post restart ({(originalCause is null ? "null" : originalCause.GetType().ToString())})", cause) =>
        OriginalCause = originalCause!;

    /// <summary>Why it was restarted.</summary>
    public Exception OriginalCause { get; }
}
