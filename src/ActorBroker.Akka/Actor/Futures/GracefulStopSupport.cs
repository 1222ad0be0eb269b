using Akka.Dispatch.SysMsg;

namespace Akka.Actor;

public static class GracefulStopSupport
{
    /// <summary>Sends <see cref="PoisonPill"/> and waits for the end.</summary>
    /// <exception cref="TaskCanceledException">Not stopped in time (in the task).</exception>
    public static Task<bool> GracefulStop(this IActorRef target, TimeSpan timeout) => target.GracefulStop(timeout, PoisonPill.Instance);

    /// <param name="target">Whom.</param>
    /// <param name="timeout">How long to wait.</param>
    /// <param name="stopMessage">What makes the actor stop itself.</param>
    public static async Task<bool> GracefulStop(this IActorRef target, TimeSpan timeout, object stopMessage)
    {
        var watchee = (IInternalActorRef)target;
        var watcher = new FutureActorRef<Terminated>(watchee.Provider);
        watcher.Expect(timeout, CancellationToken.None);
        watchee.SendSystemMessage(new Watch(watchee, watcher));
        target.Tell(stopMessage, ActorRefs.NoSender);
        try
        {
            return (await watcher.Result.ConfigureAwait(false)).ActorRef.Path.Equals(target.Path);
        }
        catch (AskTimeoutException late)
        {
            watchee.SendSystemMessage(new Unwatch(watchee, watcher));
            throw new TaskCanceledException($"{target} has not stopped within {timeout}.", late);
        }
    }
}
