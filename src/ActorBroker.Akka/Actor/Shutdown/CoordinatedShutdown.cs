using System.Collections.Concurrent;
using Akka.Event;

namespace Akka.Actor;

/// <summary>
/// Ends a system in order: tasks are added to phases, phases run one after the other as <c>akka.coordinated-shutdown.phases</c>
/// orders them, the tasks of a phase side by side. The last phase terminates the system.
/// </summary>
/// <remarks>Safe from any thread. Started by <see cref="Run"/>, by terminating the system, or by the end of the process.</remarks>
public sealed class CoordinatedShutdown : IExtension
{
    public const string PhaseBeforeServiceUnbind = "before-service-unbind";
    public const string PhaseServiceUnbind = "service-unbind";
    public const string PhaseServiceRequestsDone = "service-requests-done";
    public const string PhaseServiceStop = "service-stop";
    public const string PhaseBeforeClusterShutdown = "before-cluster-shutdown";
    public const string PhaseClusterShardingShutdownRegion = "cluster-sharding-shutdown-region";
    public const string PhaseClusterLeave = "cluster-leave";
    public const string PhaseClusterExiting = "cluster-exiting";
    public const string PhaseClusterExitingDone = "cluster-exiting-done";
    public const string PhaseClusterShutdown = "cluster-shutdown";
    public const string PhaseBeforeActorSystemTerminate = "before-actor-system-terminate";
    public const string PhaseActorSystemTerminate = "actor-system-terminate";

    private readonly IReadOnlyDictionary<string, ShutdownPhase> _phases;
    private readonly IReadOnlyList<string> _order;
    private readonly ConcurrentDictionary<string, ConcurrentQueue<(string Name, Func<Task<Done>> Run)>> _tasks = new();
    private readonly TaskCompletionSource<Done> _completed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ILoggingAdapter _log;
    private Reason? _reason;

    internal CoordinatedShutdown(ExtendedActorSystem system, IReadOnlyDictionary<string, ShutdownPhase> phases)
    {
        System = system;
        _phases = phases;
        _order = ShutdownPhase.Order(phases);
        _log = Logging.GetLogger(system, this);
    }

    public ExtendedActorSystem System { get; }

    /// <summary>Why the shutdown runs; null before it does.</summary>
    public Reason ShutdownReason => Volatile.Read(ref _reason)!;

    /// <summary>The longest that the phases which have tasks may take together.</summary>
    public TimeSpan TotalTimeout => _tasks.Keys.Aggregate(TimeSpan.Zero, (sum, phase) => sum + Timeout(phase));

    public static CoordinatedShutdown Get(ActorSystem sys) => sys.WithExtension<CoordinatedShutdown, CoordinatedShutdownExtension>();

    /// <summary>Adds a task to a phase. While the shutdown runs, tasks can still be added to phases that come later.</summary>
    /// <param name="phase">A configured phase, see the constants.</param>
    /// <param name="taskName">For the log.</param>
    /// <param name="task">Starts the work; the phase ends when its tasks have, or at the phase's timeout.</param>
    /// <exception cref="ArgumentException">No phase has that name.</exception>
    public void AddTask(string phase, string taskName, Func<Task<Done>> task)
    {
        ArgumentException.ThrowIfNullOrEmpty(taskName);
        ArgumentNullException.ThrowIfNull(task);
        if (!_phases.ContainsKey(phase))
        {
            throw new ArgumentException(
                $"Unknown phase [{phase}], known phases [{string.Join(", ", _phases.Keys)}]. "
                + "All phases (along with their optional dependencies) must be defined in configuration.",
                nameof(phase));
        }

        _tasks.GetOrAdd(phase, _ => new()).Enqueue((taskName, task));
    }

    /// <summary>The time that a phase may take.</summary>
    /// <exception cref="ArgumentException">No phase has that name.</exception>
    public TimeSpan Timeout(string phase) => _phases.TryGetValue(phase, out var settings)
        ? settings.Timeout
        : throw new ArgumentException($"Unknown phase [{phase}]. All phases must be defined in configuration.", nameof(phase));

    /// <summary>Runs the phases. Only the first call does; all get the same task.</summary>
    /// <param name="reason">Why; the tasks find it in <see cref="ShutdownReason"/>.</param>
    /// <param name="fromPhase">The phase to start with; null for the first.</param>
    /// <returns>Completes after the last phase; fails when a phase fails that does not recover.</returns>
    /// <exception cref="ArgumentException">No phase is named <paramref name="fromPhase"/>.</exception>
    public Task<Done> Run(Reason reason, string? fromPhase = null)
    {
        ArgumentNullException.ThrowIfNull(reason);
        if (fromPhase is not null && !_phases.ContainsKey(fromPhase))
        {
            throw new ArgumentException($"Unknown phase [{fromPhase}]. All phases must be defined in configuration.", nameof(fromPhase));
        }

        if (Interlocked.CompareExchange(ref _reason, reason, null) is null)
        {
            _log.Debug("Running CoordinatedShutdown with reason [{0}]", reason);
            _ = RunAndReport(fromPhase is null ? 0 : IndexOf(fromPhase));
        }

        return _completed.Task;
    }

    private int IndexOf(string phase)
    {
        for (var i = 0; i < _order.Count; i++)
        {
            if (_order[i] == phase)
            {
                return i;
            }
        }

        return 0;
    }

    private async Task RunAndReport(int from)
    {
        try
        {
            await Task.Yield();   // the caller may be an actor: tasks do not run on its thread
            for (var i = from; i < _order.Count; i++)
            {
                await RunPhase(_order[i], _phases[_order[i]]).ConfigureAwait(false);
            }

            _completed.TrySetResult(Done.Instance);
        }
        catch (Exception failed)   // handed to whoever waits for Run
        {
            _completed.TrySetException(failed);
        }
    }

    private async Task RunPhase(string name, ShutdownPhase phase)
    {
        if (!_tasks.TryGetValue(name, out var tasks) || tasks.IsEmpty)
        {
            _log.Debug("Performing phase [{0}] with [0] tasks.", name);
            return;
        }

        if (!phase.IsEnabled)
        {
            _log.Info("Phase [{0}] disabled through configuration, skipping [{1}] tasks.", name, tasks.Count);
            return;
        }

        _log.Debug("Performing phase [{0}] with [{1}] tasks: [{2}]", name, tasks.Count, string.Join(", ", tasks.Select(t => t.Name)));
        var all = Task.WhenAll(tasks.Select(task => RunTask(name, phase, task.Name, task.Run)));
        try
        {
            await all.WaitAsync(phase.Timeout).ConfigureAwait(false);
        }
        catch (TimeoutException) when (!all.IsCompleted)
        {
            var message = $"Coordinated shutdown phase [{name}] timed out after [{phase.Timeout}]";
            if (!phase.Recovers)
            {
                throw new TimeoutException(message);
            }

            _log.Warning(message);
        }
    }

    private async Task RunTask(string phaseName, ShutdownPhase phase, string taskName, Func<Task<Done>> run)
    {
        try
        {
            await run().ConfigureAwait(false);
        }
        catch (Exception failed) when (phase.Recovers)   // one part that fails to stop must not keep the others from it
        {
            _log.Warning(failed, "Task [{0}] failed in phase [{1}]: {2}", taskName, phaseName, failed.Message);
        }
    }

    /// <summary>Why a system shuts down. Derive for reasons of your own.</summary>
    public abstract class Reason
    {
        /// <summary>What the process ends with when <c>akka.coordinated-shutdown.exit-clr</c> is on.</summary>
        public abstract int ExitCode { get; }

        public override string ToString() => GetType().Name;
    }

    /// <summary>Nobody said why.</summary>
    public class UnknownReason : Reason
    {
        public static readonly Reason Instance = new UnknownReason();

        private UnknownReason()
        {
        }

        public override int ExitCode => 0;
    }

    /// <summary>The system was terminated.</summary>
    public class ActorSystemTerminateReason : Reason
    {
        public static readonly Reason Instance = new ActorSystemTerminateReason();

        private ActorSystemTerminateReason()
        {
        }

        public override int ExitCode => 0;
    }

    /// <summary>The process ends.</summary>
    public class ClrExitReason : Reason
    {
        public static readonly Reason Instance = new ClrExitReason();

        private ClrExitReason()
        {
        }

        public override int ExitCode => 0;
    }

    /// <summary>The cluster downed this node.</summary>
    public class ClusterDowningReason : Reason
    {
        public static readonly Reason Instance = new ClusterDowningReason();

        private ClusterDowningReason()
        {
        }

        public override int ExitCode => -1;
    }

    /// <summary>This node left the cluster.</summary>
    public class ClusterLeavingReason : Reason
    {
        public static readonly Reason Instance = new ClusterLeavingReason();

        private ClusterLeavingReason()
        {
        }

        public override int ExitCode => 0;
    }

    /// <summary>This node could not join the cluster.</summary>
    public class ClusterJoinUnsuccessfulReason : Reason
    {
        public static readonly Reason Instance = new ClusterJoinUnsuccessfulReason();

        private ClusterJoinUnsuccessfulReason()
        {
        }

        public override int ExitCode => -1;
    }
}
