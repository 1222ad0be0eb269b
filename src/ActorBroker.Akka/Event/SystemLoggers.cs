using Akka.Actor;
using Akka.Actor.Internal;
using Akka.Configuration;
using Akka.Util;

namespace Akka.Event;

/// <summary>
/// Starts the loggers of <c>akka.loggers</c> when a system starts, stops them when it ends. Before and after them the
/// console logs.
/// </summary>
internal static class SystemLoggers
{
    private static int _started;

    /// <summary>The console logs from here until the loggers run.</summary>
    public static void StartStandardOut(Settings settings, EventStream bus) => bus.StartStdoutLogger(settings);

    /// <summary>Returns when each logger has said it is ready, or has not within <c>akka.logger-startup-timeout</c>;
    /// with <c>akka.logger-async-start = on</c> at once.</summary>
    /// <exception cref="ConfigurationException">A logger's type does not exist.</exception>
    public static void Start(ActorSystemImpl system)
    {
        var bus = system.EventStream;
        var level = Logging.LogLevelFor(system.Settings.LogLevel);
        var keepsConsole = false;
        foreach (var name in system.Settings.Loggers)
        {
            var type = ConfiguredTypes.Find(name)
                ?? throw new ConfigurationException($"akka.loggers names the type \"{name}\", which does not exist.");
            if (type == typeof(StandardOutLogger))
            {
                keepsConsole = true;
                continue;
            }

            StartOne(system, type);
        }

        if (keepsConsole)
        {
            bus.AddLogger(StandardOutLogger.Shared);
        }
        else
        {
            bus.StopStdoutLogger();
        }

        bus.SetLogLevel(level);
        bus.Publish(new Debug(Logging.SimpleName(bus), bus.GetType(), "Default Loggers started"));
    }

    /// <summary>The console takes over, the loggers end.</summary>
    public static void Stop(ActorSystemImpl system)
    {
        var bus = system.EventStream;
        var loggers = bus.RemoveLoggers();
        bus.StartStdoutLogger(system.Settings);
        bus.Publish(new Debug(Logging.SimpleName(bus), bus.GetType(), "Shutting down: StandardOutLogger started"));
        foreach (var logger in loggers)
        {
            if (logger is not MinimalLogger)
            {
                system.Stop(logger);
            }
        }
    }

    private static void StartOne(ActorSystemImpl system, Type type)
    {
        var settings = system.Settings;
        var name = $"log{Interlocked.Increment(ref _started)}-{Logging.SimpleName(type)}";
        var logger = system.SystemActorOf(Props.Create(type).WithDispatcher(settings.LoggersDispatcher), name);
        var ready = logger.Ask(new InitializeLogger(system.EventStream), settings.LoggerStartTimeout);
        if (settings.LoggerAsyncStart)
        {
            ready.ContinueWith(answer => Add(system, logger, name, answer), TaskScheduler.Default);
            return;
        }

        ((IAsyncResult)ready).AsyncWaitHandle.WaitOne();
        Add(system, logger, name, ready);
    }

    private static void Add(ActorSystemImpl system, IActorRef logger, string name, Task<object> answer)
    {
        var bus = system.EventStream;
        if (answer is { IsCompletedSuccessfully: true, Result: LoggerInitialized })
        {
            bus.AddLogger(logger);
            bus.Publish(new Debug(Logging.SimpleName(bus), bus.GetType(), $"Logger {name} [{logger}] started"));
            return;
        }

        var why = answer.IsCompletedSuccessfully
            ? $"answered {nameof(InitializeLogger)} with [{answer.Result}] instead of {nameof(LoggerInitialized)}"
            : $"did not answer {nameof(InitializeLogger)} with {nameof(LoggerInitialized)} within [{system.Settings.LoggerStartTimeout}]";
        bus.Publish(new Warning(Logging.SimpleName(bus), bus.GetType(), $"Logger {name} {why}; it is not used."));
        system.Stop(logger);
    }
}
