using Akka.Actor;
using Akka.Dispatch.Executors;

namespace Akka.Dispatch;

/// <summary>One actor with a thread of its own, from its start to its end.</summary>
public sealed class PinnedDispatcher : MessageDispatcher
{
    private readonly Lock _starting = new();
    private DedicatedThreads? _thread;
    private bool _isShutDown;

    internal PinnedDispatcher(MessageDispatcherConfigurator configurator)
        : base(configurator)
    {
    }

    public override void Detach(ActorCell cell)
    {
        base.Detach(cell);
        Shutdown();
    }

    protected override void ExecuteTask(IRunnable run)
    {
        lock (_starting)
        {
            if (_isShutDown)
            {
                return;   // the actor's mailbox is closed: there is nothing to run
            }

            _thread ??= new DedicatedThreads(Id + "-pinned", 1, isBackground: true, ReportFailure);
            _thread.Execute(run);
        }
    }

    protected override void Shutdown()
    {
        lock (_starting)
        {
            _isShutDown = true;
            _thread?.Shutdown();
        }
    }
}
