using Akka.Actor;

namespace Akka.Dispatch;

/// <summary>Runs asynchronous code as part of an actor's current message.</summary>
public static class ActorTaskScheduler
{
    public static void RunTask(Action action)
    {
        ArgumentNullException.ThrowIfNull(action);
        RunTask(() =>
        {
            action();
            return Task.CompletedTask;
        });
    }

    /// <summary>The actor handles no other message before the task has ended; code after an <c>await</c> runs as the actor's.
    /// A failed task is a failure of the actor.</summary>
    /// <exception cref="InvalidOperationException">Not called from an actor's code.</exception>
    public static void RunTask(Func<Task> asyncAction)
    {
        ArgumentNullException.ThrowIfNull(asyncAction);
        CurrentCell().RunAsync(static run => run(), asyncAction);
    }

    internal static Action<T> Wrap<T>(Func<T, Task> handler) => message => CurrentCell().RunAsync(handler, message);

    private static ActorCell CurrentCell() => ActorCell.Current
        ?? throw new InvalidOperationException("RunTask must be called from an actor context.");
}
