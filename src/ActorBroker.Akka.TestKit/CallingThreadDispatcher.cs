using Akka.Dispatch;

namespace Akka.TestKit;

/// <summary>Runs an actor on the thread that tells it something, before the tell returns.</summary>
public class CallingThreadDispatcher : MessageDispatcher
{
    /// <summary>Where a test system's configuration has it.</summary>
    public static new readonly string Id = "akka.test.calling-thread-dispatcher";

    public CallingThreadDispatcher(MessageDispatcherConfigurator configurator)
        : base(configurator)
    {
    }

    protected override void ExecuteTask(IRunnable run) => run.Run();

    protected override void Shutdown()
    {
    }
}
