namespace Akka.Actor;

/// <summary>PreRestart failed.</summary>
public class PreRestartException : ActorInitializationException
{
    public PreRestartException(IActorRef actor, Exception restartException, Exception cause, object optionalMessage)
        : base(
            actor,
            $"PreRestart failed with {restartException?.GetType()} while restarting after {cause?.GetType()} on [{optionalMessage}]",
            restartException)
    {
        RestartException = restartException!;
        OptionalMessage = optionalMessage;
    }

    public Exception RestartException { get; }

    public object OptionalMessage { get; }
}
