using Akka.Actor;
using Akka.Dispatch.SysMsg;

namespace Akka.Dispatch;

/// <summary>
/// The synchronization context of one incarnation's asynchronous handlers: what follows an <c>await</c> comes back to the
/// actor as a system message, while its user messages wait.
/// </summary>
/// <remarks>Owner: the actor's thread, except <see cref="Post"/>, which any thread calls.</remarks>
internal sealed class AsyncHandling(ActorCell cell) : SynchronizationContext
{
    private int _outstanding;

    /// <summary>A handler has not ended yet; the mailbox is suspended for it.</summary>
    public bool IsAwaiting => _outstanding > 0;

    public override SynchronizationContext CreateCopy() => this;

    public override void Post(SendOrPostCallback d, object? state) => cell.SendSystemMessage(new Continuation(this, d, state));

    /// <exception cref="NotSupportedException">Waiting for an actor is not possible.</exception>
    public override void Send(SendOrPostCallback d, object? state)
    {
        if (ActorCell.Current != cell)
        {
            throw new NotSupportedException("An actor's context does not let another thread wait for it: use Post.");
        }

        d(state);
    }

    /// <summary>Calls the handler; when it has not ended at once, suspends the mailbox until it has.</summary>
    public void Run<T>(Func<T, Task> handler, T argument)
    {
        var outer = Current;
        SetSynchronizationContext(this);
        Task task;
        try
        {
            task = handler(argument) ?? throw new InvalidOperationException("The asynchronous handler returned no task.");
        }
        finally
        {
            SetSynchronizationContext(outer);
        }

        if (task.IsCompleted)
        {
            task.GetAwaiter().GetResult();   // has ended: throws what it failed with
            return;
        }

        if (_outstanding++ == 0)
        {
            cell.Mailbox.Suspend();
        }

        task.ContinueWith(
            static (ended, state) => ((AsyncHandling)state!).Post(static ended => ((Ended)ended!).Report(), new Ended((AsyncHandling)state, ended)),
            this,
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    /// <summary>Runs a piece of a handler on the actor's thread.</summary>
    public void Resume(Continuation continuation)
    {
        var outer = Current;
        SetSynchronizationContext(this);
        try
        {
            continuation.Run();
        }
        finally
        {
            SetSynchronizationContext(outer);
        }
    }

    /// <summary>The incarnation is over: what is still to come of it is not run.</summary>
    public void Abandon()
    {
        if (_outstanding > 0)
        {
            _outstanding = 0;
            cell.Mailbox.Resume();
        }
    }

    private void OnEnded(Task task)
    {
        if (task.IsCompletedSuccessfully)
        {
            _outstanding--;
            if (_outstanding == 0)
            {
                cell.Mailbox.Resume();
                cell.EndOfMessage();
            }

            return;
        }

        task.GetAwaiter().GetResult();   // throws; the cell turns it into a failure of the actor, which abandons the rest
    }

    private sealed class Ended(AsyncHandling handling, Task task)
    {
        public void Report() => handling.OnEnded(task);
    }
}
