namespace Akka.Dispatch;

/// <summary>Where a <see cref="Dispatcher"/> gets its threads.</summary>
public abstract class ExecutorService
{
    protected ExecutorService(string id) => Id = id;

    public string Id { get; }

    public abstract void Execute(IRunnable run);

    public abstract void Shutdown();

    internal virtual void ExecuteMailbox(Mailbox mailbox, bool isWakeUp) => Execute(mailbox);
}
