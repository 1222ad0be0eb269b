using Akka.Configuration;
using Akka.Dispatch.Executors;
using Akka.Event;

namespace Akka.Dispatch;

/// <summary><c>type = Dispatcher</c> (and <c>TaskDispatcher</c>): one dispatcher, its threads by <c>executor</c>.</summary>
public sealed class DispatcherConfigurator : MessageDispatcherConfigurator
{
    private readonly Dispatcher _dispatcher;

    public DispatcherConfigurator(Config config, IDispatcherPrerequisites prerequisites)
        : base(config, prerequisites) =>
        _dispatcher = new Dispatcher(this, ExecutorServices.Create(config, config.GetString("executor", ""), prerequisites));

    public override MessageDispatcher Dispatcher() => _dispatcher;
}

/// <summary><c>type = ForkJoinDispatcher</c>: threads of its own, as <c>dedicated-thread-pool</c> says.</summary>
internal sealed class ForkJoinDispatcherConfigurator : MessageDispatcherConfigurator
{
    private readonly Dispatcher _dispatcher;

    public ForkJoinDispatcherConfigurator(Config config, IDispatcherPrerequisites prerequisites)
        : base(config, prerequisites) =>
        _dispatcher = new Dispatcher(this, ExecutorServices.Create(config, "fork-join-executor", prerequisites));

    public override MessageDispatcher Dispatcher() => _dispatcher;
}

/// <summary><c>type = SynchronizedDispatcher</c>: runs where the actor was made, by the synchronization context there.</summary>
internal sealed class SynchronizedDispatcherConfigurator : MessageDispatcherConfigurator
{
    private readonly Dispatcher _dispatcher;

    public SynchronizedDispatcherConfigurator(Config config, IDispatcherPrerequisites prerequisites)
        : base(config, prerequisites) =>
        _dispatcher = new Dispatcher(this, ExecutorServices.Create(config, "current-context-executor", prerequisites));

    public override MessageDispatcher Dispatcher() => _dispatcher;
}

/// <summary><c>type = PinnedDispatcher</c>: a thread for each actor.</summary>
internal sealed class PinnedDispatcherConfigurator(Config config, IDispatcherPrerequisites prerequisites)
    : MessageDispatcherConfigurator(config, prerequisites)
{
    public override MessageDispatcher Dispatcher() => new PinnedDispatcher(this);
}

/// <summary>Makes executors by their configured name.</summary>
internal static class ExecutorServices
{
    /// <exception cref="ConfigurationException">No executor of that name.</exception>
    public static ExecutorService Create(Config config, string executor, IDispatcherPrerequisites prerequisites)
    {
        var id = config.GetString("id", "");
        return executor switch
        {
            "" or "default-executor" or "thread-pool-executor" or "task-executor" or "channel-executor" => new ThreadPoolExecutorService(id),
            "fork-join-executor" => new DedicatedThreads(id, ThreadCount(config), IsBackground(config), Report),
            "current-context-executor" => new SynchronizationContextExecutor(
                id,
                SynchronizationContext.Current
                    ?? throw new ConfigurationException($"Dispatcher [{id}]: this thread has no synchronization context to run on.")),
            _ => throw new ConfigurationException($"Dispatcher [{id}]: executor [{executor}] is unknown."),
        };

        void Report(Exception failed) => prerequisites.EventStream.Publish(
            new Error(failed, id, typeof(ExecutorServices), $"Unhandled exception on dispatcher [{id}]"));
    }

    private static int ThreadCount(Config config)
    {
        if (config.HasPath("dedicated-thread-pool.thread-count"))
        {
            var count = config.GetInt("dedicated-thread-pool.thread-count");
            return count > 0 ? count : throw new ConfigurationException($"dedicated-thread-pool.thread-count = {count}: at least 1.");
        }

        var min = config.GetInt("fork-join-executor.parallelism-min", 8);
        var max = config.GetInt("fork-join-executor.parallelism-max", 64);
        var factor = config.GetDouble("fork-join-executor.parallelism-factor", 1.0);
        return Math.Clamp((int)Math.Ceiling(Environment.ProcessorCount * factor), min, max);
    }

    private static bool IsBackground(Config config) => config.GetString("dedicated-thread-pool.threadtype", "background") switch
    {
        "background" => true,
        "foreground" => false,
        var other => throw new ConfigurationException($"dedicated-thread-pool.threadtype = {other}: background or foreground."),
    };
}
