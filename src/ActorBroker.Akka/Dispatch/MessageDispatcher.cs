using Akka.Actor;
using Akka.Dispatch.SysMsg;
using Akka.Event;

namespace Akka.Dispatch;

/// <summary>Gives mailboxes threads to run on.</summary>
public abstract class MessageDispatcher
{
    private long _inhabitants;

    protected MessageDispatcher(MessageDispatcherConfigurator configurator)
    {
        ArgumentNullException.ThrowIfNull(configurator);
        Configurator = configurator;
        Id = configurator.Config.GetString("id", "");
        Throughput = Math.Max(1, configurator.Config.GetInt("throughput", 30));
        var deadline = configurator.Config.GetTimeSpan("throughput-deadline-time", TimeSpan.Zero);
        ThroughputDeadlineTime = deadline > TimeSpan.Zero ? deadline.Ticks : null;
    }

    public MessageDispatcherConfigurator Configurator { get; }

    public string Id { get; protected set; }

    /// <summary>Messages that an actor handles before others get their turn.</summary>
    public int Throughput { get; set; }

    /// <summary>Ticks after which an actor gives others their turn; null for no such limit.</summary>
    public long? ThroughputDeadlineTime { get; protected set; }

    public EventStream EventStream => Configurator.Prerequisites.EventStream;

    public Mailboxes Mailboxes => Configurator.Prerequisites.Mailboxes;

    /// <summary>Actors on this dispatcher.</summary>
    protected long Inhabitants => Volatile.Read(ref _inhabitants);

    public void Schedule(Action run) => ExecuteTask(new ActionRunnable(run, this));

    public void Schedule(IRunnable run) => ExecuteTask(run);

    public virtual void Dispatch(ActorCell cell, Envelope envelope)
    {
        ArgumentNullException.ThrowIfNull(cell);
        cell.Mailbox.Post(cell.Self, envelope);
    }

    public virtual void SystemDispatch(ActorCell cell, SystemMessage message)
    {
        ArgumentNullException.ThrowIfNull(cell);
        cell.Mailbox.PostSystem(cell.Self, message);
    }

    /// <summary>The actor begins to run here.</summary>
    public virtual void Attach(ActorCell cell)
    {
        ArgumentNullException.ThrowIfNull(cell);
        Interlocked.Increment(ref _inhabitants);
        cell.Mailbox.Schedule(isWakeUp: true);
    }

    /// <summary>The actor has stopped: what waits for it is dead letters.</summary>
    public virtual void Detach(ActorCell cell)
    {
        ArgumentNullException.ThrowIfNull(cell);
        Interlocked.Decrement(ref _inhabitants);
        cell.CloseMailbox();
    }

    /// <summary>When the current go ends; 0 for no limit.</summary>
    internal long DeadlineFromNow() =>
        ThroughputDeadlineTime is { } ticks ? Environment.TickCount64 + (ticks / TimeSpan.TicksPerMillisecond) : 0;

    /// <param name="mailbox">Has the Scheduled bit.</param>
    /// <param name="isWakeUp">A message woke it, it did not just use up its go.</param>
    internal virtual void ExecuteMailbox(Mailbox mailbox, bool isWakeUp) => ExecuteTask(mailbox);

    /// <summary>The system is gone.</summary>
    internal virtual void ShutdownWithSystem() => Shutdown();

    /// <summary>Runs it, sooner or later, here or on another thread.</summary>
    protected abstract void ExecuteTask(IRunnable run);

    protected abstract void Shutdown();

    protected void ReportFailure(Exception ex) =>
        EventStream.Publish(new Error(ex, GetType().FullName!, GetType(), $"Unhandled exception on dispatcher [{Id}]"));

    private sealed class ActionRunnable(Action action, MessageDispatcher dispatcher) : IRunnable
    {
        public void Run()
        {
            try
            {
                action();
            }
            catch (Exception failed)
            {
                // Nobody waits for the result: the log is where it can be seen.
                dispatcher.ReportFailure(failed);
            }
        }

        public void Execute() => Run();
    }
}
