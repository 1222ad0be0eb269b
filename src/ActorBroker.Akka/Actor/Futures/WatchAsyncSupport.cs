using Akka.Dispatch.SysMsg;

namespace Akka.Actor;

public static class WatchAsyncSupport
{
    /// <summary>True when the actor has stopped, false when the token was cancelled first.</summary>
    public static async Task<bool> WatchAsync(this IActorRef target, CancellationToken token = default)
    {
        var watchee = (IInternalActorRef)target;
        var watcher = new FutureActorRef<Terminated>(watchee.Provider);
        watcher.Expect(Timeout.InfiniteTimeSpan, token);
        watchee.SendSystemMessage(new Watch(watchee, watcher));
        try
        {
            await watcher.Result.ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException)
        {
            watchee.SendSystemMessage(new Unwatch(watchee, watcher));
            return false;
        }
    }
}
