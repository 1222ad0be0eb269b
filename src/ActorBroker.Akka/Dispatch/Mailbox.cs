using Akka.Actor;
using Akka.Dispatch.Executors;
using Akka.Dispatch.MessageQueues;
using Akka.Dispatch.SysMsg;
using Akka.Event;

namespace Akka.Dispatch;

/// <summary>
/// One actor's two queues and the right to run it: whoever sets the Scheduled bit hands the mailbox to the dispatcher, and
/// the thread that runs it is its owner until the bit is gone. So an actor handles one message at a time.
/// </summary>
/// <remarks>
/// No wake-up is lost: a sender first makes its message visible (an interlocked operation of the queue), then looks at the
/// status; the owner first clears the bit, then looks at the queues. One of the two sees the other.
/// </remarks>
public class Mailbox : IRunnable
{
    private const int ClosedBit = 1;
    private const int ScheduledBit = 2;
    private const int SuspendUnit = 4;

    private static readonly SystemMessage NoMore = new Terminate();

    private readonly Lock _cleaning = new();
    private ActorCell _cell = null!;
    private MessageDispatcher _dispatcher = null!;
    private SystemMessage? _systemQueue;
    private int _status;

    public Mailbox(IMessageQueue messageQueue) => MessageQueue = messageQueue;

    public IMessageQueue MessageQueue { get; }

    public MessageDispatcher Dispatcher => _dispatcher;

    internal bool IsClosed => (Volatile.Read(ref _status) & ClosedBit) != 0;

    internal bool IsSuspended => Volatile.Read(ref _status) >= SuspendUnit;

    internal bool HasSystemMessages => Volatile.Read(ref _systemQueue) is { } head && !ReferenceEquals(head, NoMore);

    public virtual void SetActor(ActorCell actorCell)
    {
        ArgumentNullException.ThrowIfNull(actorCell);
        _cell = actorCell;
        _dispatcher = actorCell.Dispatcher;
    }

    /// <summary>By a thread of the pool.</summary>
    public void Execute() => NextMailbox.Run(this);

    /// <summary>Handles what waits, as much as the dispatcher's throughput allows in one go.</summary>
    public void Run()
    {
        var previous = ActorCell.Current;
        ActorCell.Current = _cell;
        try
        {
            ProcessSystemMessages();
            ProcessMessages();
        }
        catch (Exception bug)
        {
            // The cell turns an actor's failures into messages; what still gets here must not end the process.
            _cell.PublishError(bug, "the mailbox failed: " + bug.Message);
        }
        finally
        {
            ActorCell.Current = previous;
            SetIdle();
        }
    }

    /// <summary>Moves what is left to the dead letters.</summary>
    public virtual void CleanUp()
    {
        lock (_cleaning)   // the owner and late senders
        {
            MessageQueue.CleanUp(_cell.Self, _cell.SystemImpl.Mailboxes.DeadLetterMailbox.MessageQueue);
        }
    }

    /// <summary>Any thread.</summary>
    internal void Post(IActorRef receiver, in Envelope envelope)
    {
        MessageQueue.Enqueue(receiver, envelope);
        var status = Volatile.Read(ref _status);
        if (status == 0)
        {
            if (Interlocked.CompareExchange(ref _status, ScheduledBit, 0) == 0)
            {
                _dispatcher.ExecuteMailbox(this, isWakeUp: true);
                return;
            }

            status = Volatile.Read(ref _status);
        }

        if ((status & ClosedBit) != 0)
        {
            CleanUp();
        }
    }

    /// <summary>Any thread.</summary>
    internal virtual void PostSystem(IActorRef receiver, SystemMessage message)
    {
        while (true)
        {
            var head = Volatile.Read(ref _systemQueue);
            if (ReferenceEquals(head, NoMore))
            {
                ToDeadLetters(receiver, message);
                return;
            }

            message.Next = head;
            if (Interlocked.CompareExchange(ref _systemQueue, message, head) == head)
            {
                break;
            }
        }

        Schedule(isWakeUp: true);
    }

    /// <summary>Before the actor starts: nobody else knows the mailbox yet.</summary>
    internal void PostSystemUnscheduled(SystemMessage message)
    {
        message.Next = _systemQueue;
        _systemQueue = message;
    }

    /// <summary>Owner only: no user messages until as many <see cref="Resume"/>.</summary>
    internal void Suspend() => Interlocked.Add(ref _status, SuspendUnit);

    /// <summary>Owner only.</summary>
    internal void Resume()
    {
        if (IsSuspended)
        {
            Interlocked.Add(ref _status, -SuspendUnit);
        }
    }

    /// <summary>Owner only: from now on everything is a dead letter.</summary>
    internal void Close()
    {
        Interlocked.Or(ref _status, ClosedBit);
        var left = Reverse(Interlocked.Exchange(ref _systemQueue, NoMore));
        while (left is not null)
        {
            var next = left.Next;
            left.Next = null;
            ToDeadLetters(_cell.Self, left);
            left = next;
        }

        CleanUp();
    }

    /// <summary>Makes a mailbox that is closed from the beginning.</summary>
    private protected void CloseForever()
    {
        _status = ClosedBit;
        _systemQueue = NoMore;
    }

    private protected virtual void ToDeadLetters(IActorRef receiver, SystemMessage message)
    {
        var deadLetters = _cell.SystemImpl.DeadLetters;
        deadLetters.Tell(new DeadLetter(message, receiver, receiver), receiver);
    }

    internal void Schedule(bool isWakeUp)
    {
        var status = Volatile.Read(ref _status);
        while ((status & (ScheduledBit | ClosedBit)) == 0)
        {
            var seen = Interlocked.CompareExchange(ref _status, status | ScheduledBit, status);
            if (seen == status)
            {
                _dispatcher.ExecuteMailbox(this, isWakeUp);
                return;
            }

            status = seen;
        }
    }

    private static SystemMessage? Reverse(SystemMessage? newestFirst)
    {
        SystemMessage? oldestFirst = null;
        while (newestFirst is not null && !ReferenceEquals(newestFirst, NoMore))
        {
            var next = newestFirst.Next;
            newestFirst.Next = oldestFirst;
            oldestFirst = newestFirst;
            newestFirst = next;
        }

        return oldestFirst;
    }

    private void SetIdle()
    {
        var status = Interlocked.And(ref _status, ~ScheduledBit) & ~ScheduledBit;
        if ((status & ClosedBit) != 0)
        {
            return;
        }

        if (HasSystemMessages || (status == 0 && MessageQueue.HasMessages))
        {
            Schedule(isWakeUp: false);
        }
    }

    private void ProcessSystemMessages()
    {
        while (HasSystemMessages)
        {
            var message = Reverse(Interlocked.Exchange(ref _systemQueue, null));
            while (message is not null)
            {
                var next = message.Next;
                message.Next = null;
                if (IsClosed)
                {
                    ToDeadLetters(_cell.Self, message);
                }
                else
                {
                    _cell.SystemInvoke(message);
                }

                message = next;
            }
        }
    }

    private void ProcessMessages()
    {
        var left = _dispatcher.Throughput;
        var deadline = _dispatcher.DeadlineFromNow();
        while (Volatile.Read(ref _status) == ScheduledBit && MessageQueue.TryDequeue(out var envelope))
        {
            _cell.Invoke(envelope);
            if (Volatile.Read(ref _systemQueue) is not null)
            {
                ProcessSystemMessages();
            }

            if (NextMailbox.IsTaken && MessageQueue.HasMessages)
            {
                NextMailbox.Release();
            }

            if (--left <= 0 || (deadline != 0 && Environment.TickCount64 >= deadline))
            {
                return;
            }
        }
    }
}
