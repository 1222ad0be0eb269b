namespace Akka.Dispatch.Executors;

/// <summary>The synchronization context of the thread that made it, for example a user interface's.</summary>
internal sealed class SynchronizationContextExecutor(string id, SynchronizationContext context) : ExecutorService(id)
{
    public override void Execute(IRunnable run) => context.Post(static state => ((IRunnable)state!).Run(), run);

    public override void Shutdown()
    {
    }
}
