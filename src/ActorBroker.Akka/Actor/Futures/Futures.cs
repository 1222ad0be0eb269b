namespace Akka.Actor;

/// <summary>Ask: a message whose answer is a task. Inside of actors prefer Tell, or <see cref="PipeToSupport"/>.</summary>
public static class Futures
{
    /// <param name="self">Whom.</param>
    /// <param name="message">The message; the receiver answers its Sender.</param>
    /// <param name="timeout">Null: <c>akka.actor.ask-timeout</c>.</param>
    /// <exception cref="AskTimeoutException">No answer in time (in the task).</exception>
    public static Task<object> Ask(this ICanTell self, object message, TimeSpan? timeout = null) =>
        self.Ask<object>(message, timeout, CancellationToken.None);

    public static Task<object> Ask(this ICanTell self, object message, CancellationToken cancellationToken) =>
        self.Ask<object>(message, null, cancellationToken);

    public static Task<object> Ask(this ICanTell self, object message, TimeSpan? timeout, CancellationToken cancellationToken) =>
        self.Ask<object>(message, timeout, cancellationToken);

    /// <summary>An answer that is a <see cref="Status.Failure"/>, or not a <typeparamref name="T"/>, fails the task.</summary>
    public static Task<T> Ask<T>(this ICanTell self, object message, TimeSpan? timeout = null) =>
        self.Ask<T>(message, timeout, CancellationToken.None);

    public static Task<T> Ask<T>(this ICanTell self, object message, CancellationToken cancellationToken) =>
        self.Ask<T>(message, null, cancellationToken);

    public static Task<T> Ask<T>(this ICanTell self, object message, TimeSpan? timeout, CancellationToken cancellationToken) =>
        Start<T>(self, _ => message, message, timeout, cancellationToken);

    /// <param name="self">Whom.</param>
    /// <param name="messageFactory">Makes the message from the reference that waits for the answer.</param>
    /// <param name="timeout">Null: <c>akka.actor.ask-timeout</c>.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public static Task<T> Ask<T>(
        this ICanTell self, Func<IActorRef, object> messageFactory, TimeSpan? timeout, CancellationToken cancellationToken) =>
        Start<T>(self, messageFactory, null, timeout, cancellationToken);

    internal static IActorRefProvider? ProviderOf(ICanTell target) => target switch
    {
        IInternalActorRef actor => actor.Provider,
        ActorSelection selection => ProviderOf(selection.Anchor),
        _ => ActorCell.Current?.SystemImpl.Provider,
    };

    private static Task<T> Start<T>(
        ICanTell target, Func<IActorRef, object> messageFactory, object? message, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(target);
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<T>(cancellationToken);
        }

        var provider = ProviderOf(target)
            ?? throw new ArgumentException("Unable to resolve the target Provider", nameof(target));
        var answer = new FutureActorRef<T>(provider);
        answer.Expect(timeout ?? provider.Settings.AskTimeout, cancellationToken);
        target.Tell(message ?? messageFactory(answer), answer);
        return answer.Result;
    }
}
