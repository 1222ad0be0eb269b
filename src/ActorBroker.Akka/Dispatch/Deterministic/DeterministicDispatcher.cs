using Akka.Configuration;

namespace Akka.Dispatch;

/// <summary>Runs mailboxes when the simulator says so.</summary>
public sealed class DeterministicDispatcher : MessageDispatcher
{
    private readonly DeterministicQueue _queue;

    internal DeterministicDispatcher(MessageDispatcherConfigurator configurator, DeterministicQueue queue)
        : base(configurator) => _queue = queue;

    protected override void ExecuteTask(IRunnable run) => _queue.Add(run);

    protected override void Shutdown()
    {
    }
}

/// <summary><c>type = "Akka.Dispatch.DeterministicDispatcherConfigurator, Akka"</c>; the system needs a <see cref="DeterministicSetup"/>.</summary>
public sealed class DeterministicDispatcherConfigurator : MessageDispatcherConfigurator
{
    private readonly DeterministicDispatcher _dispatcher;

    /// <exception cref="ConfigurationException">The system has no <see cref="DeterministicSetup"/>.</exception>
    public DeterministicDispatcherConfigurator(Config config, IDispatcherPrerequisites prerequisites)
        : base(config, prerequisites)
    {
        var setup = prerequisites.Settings.Setup.Get<DeterministicSetup>();
        _dispatcher = setup.HasValue
            ? new DeterministicDispatcher(this, setup.Value.Queue)
            : throw new ConfigurationException("A deterministic dispatcher needs a DeterministicSetup in the system's setup.");
    }

    public override MessageDispatcher Dispatcher() => _dispatcher;
}
