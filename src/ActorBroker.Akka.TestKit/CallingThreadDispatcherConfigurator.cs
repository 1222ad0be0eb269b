using Akka.Configuration;
using Akka.Dispatch;

namespace Akka.TestKit;

/// <summary>Makes the <see cref="CallingThreadDispatcher"/> of a system.</summary>
public class CallingThreadDispatcherConfigurator : MessageDispatcherConfigurator
{
    private readonly CallingThreadDispatcher _dispatcher;

    public CallingThreadDispatcherConfigurator(Config config, IDispatcherPrerequisites prerequisites)
        : base(config, prerequisites) => _dispatcher = new CallingThreadDispatcher(this);

    public override MessageDispatcher Dispatcher() => _dispatcher;
}
