namespace Akka.Dispatch.Executors;

/// <summary>The .NET thread pool.</summary>
/// <remarks>
/// A woken mailbox runs after the one that woke it (<see cref="NextMailbox"/>). When there are several, the others go to the pool
/// thread's own queue, last in first out: the message is still in the cache of the core that sent it. Two that wake each other
/// for ever would then never let the thread look at the shared queue, so now and then, and whenever a mailbox has used up
/// its go, it is queued behind everybody else.
/// </remarks>
internal sealed class ThreadPoolExecutorService(string id) : ExecutorService(id)
{
    private const int WakeUpsPerFairOne = 64;

    [ThreadStatic]
    private static int _wakeUps;

    public override void Execute(IRunnable run) => ThreadPool.UnsafeQueueUserWorkItem(run, preferLocal: false);

    public override void Shutdown()
    {
    }

    internal override void ExecuteMailbox(Mailbox mailbox, bool isWakeUp)
    {
        if ((isWakeUp ? NextMailbox.Put(mailbox) : mailbox) is { } forAnybody)
        {
            ThreadPool.UnsafeQueueUserWorkItem(forAnybody, preferLocal: isWakeUp && (++_wakeUps & (WakeUpsPerFairOne - 1)) != 0);
        }
    }
}
