using Akka.Actor.Setup;
using Akka.Configuration;

namespace Akka.Actor;

/// <summary>A system's settings: <c>akka.*</c>, documented in reference.conf, where the defaults are.</summary>
public class Settings
{
    public Settings(ActorSystem system, Config config)
        : this(system, config, ActorSystemSetup.Empty)
    {
    }

    public Settings(ActorSystem system, Config config, ActorSystemSetup setup)
    {
        ArgumentNullException.ThrowIfNull(config);
        System = system;
        Setup = setup;
        Config = config;
        ReadActor(config);
        ReadLogging(config);
        SchedulerClass = config.GetString("akka.scheduler.implementation");
        SchedulerShutdownTimeout = config.GetTimeSpan("akka.scheduler.shutdown-timeout");
        CoordinatedShutdownTerminateActorSystem = config.GetBoolean("akka.coordinated-shutdown.terminate-actor-system");
        CoordinatedShutdownRunByActorSystemTerminate = config.GetBoolean("akka.coordinated-shutdown.run-by-actor-system-terminate");
        if (CoordinatedShutdownRunByActorSystemTerminate && !CoordinatedShutdownTerminateActorSystem)
        {
            throw new ConfigurationException(
                "akka.coordinated-shutdown.run-by-actor-system-terminate=on and akka.coordinated-shutdown.terminate-actor-system=off "
                + "are contradictory: Terminate() would never end.");
        }
    }

    public ActorSystem System { get; }

    public ActorSystemSetup Setup { get; }

    public Config Config { get; private set; }

    public string ConfigVersion { get; private set; } = "";

    public string Home { get; } = "";

    /// <summary>"local" or the name of a class.</summary>
    public string ProviderClass { get; private set; } = "";

    public ProviderSelection ProviderSelectionType { get; private set; } = ProviderSelection.Local.Instance;

    public string SupervisorStrategyClass { get; private set; } = "";

    public bool SerializeAllMessages { get; private set; }

    public bool SerializeAllCreators { get; private set; }

    /// <summary>Infinite unless configured.</summary>
    public TimeSpan AskTimeout { get; private set; }

    public TimeSpan CreationTimeout { get; private set; }

    public string LogLevel { get; private set; } = "";

    public string StdoutLogLevel { get; private set; } = "";

    public IList<string> Loggers { get; private set; } = [];

    public string LoggersDispatcher { get; private set; } = "";

    public TimeSpan LoggerStartTimeout { get; private set; }

    public bool LoggerAsyncStart { get; private set; }

    public bool LogConfigOnStart { get; private set; }

    /// <summary>Dead letters that are logged; <see cref="int.MaxValue"/> for all.</summary>
    public int LogDeadLetters { get; private set; }

    public bool LogDeadLettersDuringShutdown { get; private set; }

    public TimeSpan LogDeadLettersSuspendDuration { get; private set; }

    public bool AddLoggingReceive { get; private set; }

    public bool DebugAutoReceive { get; private set; }

    public bool DebugEventStream { get; private set; }

    public bool DebugUnhandledMessage { get; private set; }

    public bool DebugLifecycle { get; private set; }

    public bool FsmDebugEvent { get; private set; }

    public string SchedulerClass { get; }

    public TimeSpan SchedulerShutdownTimeout { get; }

    public bool CoordinatedShutdownTerminateActorSystem { get; }

    public bool CoordinatedShutdownRunByActorSystemTerminate { get; }

    /// <summary>Adds defaults below everything; for extensions that bring their own.</summary>
    public void InjectTopLevelFallback(Config config) => Config = Config.WithFallback(config);

    public override string ToString() => Config.ToString() ?? "";

    private void ReadActor(Config config)
    {
        ConfigVersion = config.GetString("akka.version", "");
        ProviderClass = config.GetString("akka.actor.provider");
        ProviderSelectionType = ProviderClass switch
        {
            "local" => ProviderSelection.Local.Instance,
            "remote" => ProviderSelection.Remote.Instance,
            "cluster" => ProviderSelection.Cluster.Instance,
            _ => new ProviderSelection.Custom(ProviderClass),
        };
        SupervisorStrategyClass = config.GetString("akka.actor.guardian-supervisor-strategy");
        SerializeAllMessages = config.GetBoolean("akka.actor.serialize-messages");
        SerializeAllCreators = config.GetBoolean("akka.actor.serialize-creators");
        if (SerializeAllMessages || SerializeAllCreators)
        {
            throw new ConfigurationException(
                "akka.actor.serialize-messages and akka.actor.serialize-creators are not supported by the embedded runtime: leave them off.");
        }

        AskTimeout = config.GetTimeSpan("akka.actor.ask-timeout", Timeout.InfiniteTimeSpan);
        CreationTimeout = config.GetTimeSpan("akka.actor.creation-timeout");
        AddLoggingReceive = config.GetBoolean("akka.actor.debug.receive");
        DebugAutoReceive = config.GetBoolean("akka.actor.debug.autoreceive");
        DebugLifecycle = config.GetBoolean("akka.actor.debug.lifecycle");
        DebugEventStream = config.GetBoolean("akka.actor.debug.event-stream");
        DebugUnhandledMessage = config.GetBoolean("akka.actor.debug.unhandled");
        FsmDebugEvent = config.GetBoolean("akka.actor.debug.fsm");
    }

    private void ReadLogging(Config config)
    {
        LogLevel = config.GetString("akka.loglevel");
        StdoutLogLevel = config.GetString("akka.stdout-loglevel");
        Loggers = config.GetStringList("akka.loggers");
        LoggersDispatcher = config.GetString("akka.loggers-dispatcher");
        LoggerStartTimeout = config.GetTimeSpan("akka.logger-startup-timeout");
        LoggerAsyncStart = config.GetBoolean("akka.logger-async-start");
        LogConfigOnStart = config.GetBoolean("akka.log-config-on-start");
        LogDeadLetters = config.GetString("akka.log-dead-letters", "on") switch
        {
            "on" or "true" or "yes" => int.MaxValue,
            "off" or "false" or "no" => 0,
            _ => config.GetInt("akka.log-dead-letters"),
        };
        LogDeadLettersDuringShutdown = config.GetBoolean("akka.log-dead-letters-during-shutdown");
        LogDeadLettersSuspendDuration = config.GetTimeSpan("akka.log-dead-letters-suspend-duration", Timeout.InfiniteTimeSpan);
    }
}
