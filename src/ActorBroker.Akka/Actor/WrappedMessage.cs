namespace Akka.Actor;

public static class WrappedMessage
{
    /// <summary>What is inside all wrappers.</summary>
    public static object Unwrap(object message)
    {
        while (message is IWrappedMessage wrapped)
        {
            message = wrapped.Message;
        }

        return message;
    }
}
