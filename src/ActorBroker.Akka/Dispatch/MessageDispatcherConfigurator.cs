using Akka.Configuration;

namespace Akka.Dispatch;

/// <summary>Makes the dispatcher of one configuration section. Classes named in <c>type</c> have a constructor
/// (Config, IDispatcherPrerequisites).</summary>
public abstract class MessageDispatcherConfigurator
{
    protected MessageDispatcherConfigurator(Config config, IDispatcherPrerequisites prerequisites)
    {
        Config = config;
        Prerequisites = prerequisites;
    }

    public Config Config { get; }

    public IDispatcherPrerequisites Prerequisites { get; }

    /// <summary>Called for each actor: the same dispatcher for all, or one for each.</summary>
    public abstract MessageDispatcher Dispatcher();
}
