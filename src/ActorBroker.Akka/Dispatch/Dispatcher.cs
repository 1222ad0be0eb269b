namespace Akka.Dispatch;

/// <summary>Runs mailboxes on an executor that all its actors share.</summary>
public class Dispatcher : MessageDispatcher
{
    private readonly ExecutorService _executor;

    internal Dispatcher(MessageDispatcherConfigurator configurator, ExecutorService executor)
        : base(configurator) => _executor = executor;

    internal override void ExecuteMailbox(Mailbox mailbox, bool isWakeUp) => _executor.ExecuteMailbox(mailbox, isWakeUp);

    protected override void ExecuteTask(IRunnable run) => _executor.Execute(run);

    protected override void Shutdown() => _executor.Shutdown();
}
