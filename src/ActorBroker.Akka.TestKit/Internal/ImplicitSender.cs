using Akka.Actor;
using Akka.Actor.Internal;

namespace Akka.TestKit.Internal;

/// <summary>
/// Makes the test actor the sender of what a test tells: on the thread that makes the kit, and through a synchronization
/// context on the threads that go on with the test after an await.
/// </summary>
internal sealed class ImplicitSender : SynchronizationContext
{
    private readonly ActorCell _cell;
    private readonly SynchronizationContext? _contextBefore;

    private ImplicitSender(ActorCell cell) => (_cell, _contextBefore) = (cell, Current);

    public static ImplicitSender Begin(IActorRef testActor)
    {
        var sender = new ImplicitSender(TestActorCells.CellOf(testActor));
        InternalCurrentActorCellKeeper.Current = sender._cell;
        SetSynchronizationContext(sender);
        return sender;
    }

    /// <summary>Takes it back on this thread; another one has it no longer than it runs a piece of the test.</summary>
    public void End()
    {
        if (InternalCurrentActorCellKeeper.Current == _cell)
        {
            InternalCurrentActorCellKeeper.Current = null;
        }

        if (Current == this)
        {
            SetSynchronizationContext(_contextBefore);
        }
    }

    public override SynchronizationContext CreateCopy() => this;

    public override void Send(SendOrPostCallback d, object? state) => Run(d, state);

    public override void Post(SendOrPostCallback d, object? state) =>
        ThreadPool.QueueUserWorkItem(static work => work.Context.Run(work.Callback, work.State), (Context: this, Callback: d, State: state), preferLocal: false);

    private void Run(SendOrPostCallback callback, object? state)
    {
        var cellBefore = InternalCurrentActorCellKeeper.Current;
        var contextBefore = Current;
        try
        {
            InternalCurrentActorCellKeeper.Current = _cell;
            SetSynchronizationContext(this);
            callback(state);
        }
        finally
        {
            SetSynchronizationContext(contextBefore);
            InternalCurrentActorCellKeeper.Current = cellBefore;
        }
    }
}
