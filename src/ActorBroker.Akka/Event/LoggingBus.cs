using Akka.Actor;
using Akka.Configuration;
using Akka.Util;

namespace Akka.Event;

/// <summary>The bus that log events travel on: decides which levels are published and subscribes the loggers to them.</summary>
public class LoggingBus : ActorEventBus<object, Type>
{
    private static readonly LogLevel[] AllLevels = Enum.GetValues<LogLevel>();

    private readonly Lock _changing = new();
    private readonly List<IActorRef> _loggers = [];
    private volatile LogLevel _logLevel;
    private MinimalLogger _console = StandardOutLogger.Shared;

    /// <summary>The least level that is logged. Events below it are not even made.</summary>
    public LogLevel LogLevel => _logLevel;

    /// <summary>Moves the level for all loggers.</summary>
    public void SetLogLevel(LogLevel logLevel)
    {
        lock (_changing)
        {
            _logLevel = logLevel;
            foreach (var logger in _loggers)
            {
                SubscribeToLevels(logger, logLevel);
            }
        }
    }

    /// <summary>Logs to the console, or to <c>akka.stdout-logger-class</c>, from here on: from before there are actors until
    /// the configured loggers run.</summary>
    /// <exception cref="ConfigurationException">The setting names no <see cref="MinimalLogger"/>.</exception>
    public void StartStdoutLogger(Settings config)
    {
        ArgumentNullException.ThrowIfNull(config);
        var level = Logging.LogLevelFor(config.StdoutLogLevel);
        lock (_changing)
        {
            _logLevel = level;
            _console = ConsoleOf(config.Config.GetString("akka.stdout-logger-class", ""));
            SubscribeToLevels(_console, level);
        }
    }

    internal void StopStdoutLogger()
    {
        lock (_changing)
        {
            Unsubscribe(_console);
        }
    }

    /// <summary>Adds a logger that has said it is ready; it gets the current level and above.</summary>
    internal void AddLogger(IActorRef logger)
    {
        lock (_changing)
        {
            _loggers.Add(logger);
            SubscribeToLevels(logger, _logLevel);
        }
    }

    /// <summary>Takes all loggers off the bus and gives them back, for the system to stop them.</summary>
    internal IReadOnlyList<IActorRef> RemoveLoggers()
    {
        lock (_changing)
        {
            IActorRef[] removed = [.. _loggers];
            _loggers.Clear();
            foreach (var logger in removed)
            {
                Unsubscribe(logger);
            }

            return removed;
        }
    }

    protected override bool IsSubClassification(Type parent, Type child) => parent.IsAssignableFrom(child);

    protected override void Publish(object @event, IActorRef subscriber) => subscriber.Tell(@event, ActorRefs.NoSender);

    protected override bool Classify(object @event, Type classifier) => classifier.IsInstanceOfType(@event);

    protected override Type GetClassifier(object @event) => @event.GetType();

    private MinimalLogger ConsoleOf(string typeName)
    {
        if (string.IsNullOrEmpty(typeName) || ConfiguredTypes.Find(typeName) is not { } type)
        {
            return typeName is null or ""
                ? StandardOutLogger.Shared
                : throw new ConfigurationException($"akka.stdout-logger-class names the type \"{typeName}\", which does not exist.");
        }

        // One for the time before the loggers and the time after them.
        return type == typeof(StandardOutLogger) ? StandardOutLogger.Shared
            : type == _console.GetType() ? _console
            : Activator.CreateInstance(type) as MinimalLogger
                ?? throw new ConfigurationException(
                    $"akka.stdout-logger-class names the type \"{typeName}\", which is no {nameof(MinimalLogger)}.");
    }

    private void SubscribeToLevels(IActorRef logger, LogLevel least)
    {
        foreach (var level in AllLevels)
        {
            if (level >= least)
            {
                Subscribe(logger, level.ClassFor());
            }
            else
            {
                Unsubscribe(logger, level.ClassFor());
            }
        }
    }
}
