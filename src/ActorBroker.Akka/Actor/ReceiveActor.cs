using Akka.Dispatch;

namespace Akka.Actor;

/// <summary>
/// An actor whose behaviours are tables of handlers by message type. Handlers are tried in the order in which they were
/// registered; registering is allowed in the constructor and in the methods given to <see cref="Become"/>.
/// </summary>
public abstract class ReceiveActor : UntypedActor
{
    private readonly ReceiveTable _first = new();
    private ReceiveTable? _open;

    protected ReceiveActor() => _open = _first;

    internal sealed override void OnConstructed() => _open = null;

    protected sealed override void OnReceive(object message)
    {
        if (!_first.Handle(message))
        {
            Unhandled(message);
        }
    }

    /// <param name="configure">Registers the handlers of the new behaviour.</param>
    protected void Become(Action configure) => ActorCellOfThis.Become(Configure(configure));

    /// <inheritdoc cref="Become"/>
    protected void BecomeStacked(Action configure) => ActorCellOfThis.BecomeStacked(Configure(configure));

    protected void Receive<T>(Action<T> handler, Predicate<T>? shouldHandle = null)
    {
        ArgumentNullException.ThrowIfNull(handler);
        ReceiveTable.RequireNotAsyncVoid(handler);
        Table().Add(shouldHandle, handler);
    }

    protected void Receive<T>(Predicate<T> shouldHandle, Action<T> handler) => Receive(handler, shouldHandle);

    /// <param name="handler">False: not handled, the next one is tried.</param>
    protected void Receive<T>(Func<T, bool> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        Table().Add(handler);
    }

    protected void Receive(Type messageType, Action<object> handler, Predicate<object>? shouldHandle = null)
    {
        ArgumentNullException.ThrowIfNull(messageType);
        ArgumentNullException.ThrowIfNull(handler);
        ReceiveTable.RequireNotAsyncVoid(handler);
        Table().Add(message => messageType.IsInstanceOfType(message) && (shouldHandle is null || shouldHandle(message)), handler);
    }

    protected void Receive(Type messageType, Predicate<object> shouldHandle, Action<object> handler) =>
        Receive(messageType, handler, shouldHandle);

    protected void Receive(Type messageType, Func<object, bool> handler)
    {
        ArgumentNullException.ThrowIfNull(messageType);
        ArgumentNullException.ThrowIfNull(handler);
        Table().Add<object>(message => messageType.IsInstanceOfType(message) && handler(message));
    }

    /// <summary>Takes everything; nothing can be registered after it.</summary>
    protected void ReceiveAny(Action<object> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        ReceiveTable.RequireNotAsyncVoid(handler);
        Table().Add(null, handler);
    }

    protected void ReceiveAsync<T>(Func<T, Task> handler, Predicate<T>? shouldHandle = null)
    {
        ArgumentNullException.ThrowIfNull(handler);
        Table().Add(shouldHandle, ActorTaskScheduler.Wrap(handler));
    }

    protected void ReceiveAsync<T>(Predicate<T> shouldHandle, Func<T, Task> handler) => ReceiveAsync(handler, shouldHandle);

    protected void ReceiveAsync(Type messageType, Func<object, Task> handler, Predicate<object>? shouldHandle = null)
    {
        ArgumentNullException.ThrowIfNull(handler);
        Receive(messageType, ActorTaskScheduler.Wrap(handler), shouldHandle);
    }

    protected void ReceiveAsync(Type messageType, Predicate<object> shouldHandle, Func<object, Task> handler) =>
        ReceiveAsync(messageType, handler, shouldHandle);

    protected void ReceiveAnyAsync(Func<object, Task> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        Table().Add(null, ActorTaskScheduler.Wrap(handler));
    }

    private ActorCell ActorCellOfThis => (ActorCell)((IInternalActor)this).ActorContext;

    private ReceiveTable Table() => _open
        ?? throw new InvalidOperationException(
            "You may only call Receive-methods when constructing the actor and inside Become().");

    private Receive Configure(Action configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        var enclosing = _open;
        var table = new ReceiveTable();
        _open = table;
        try
        {
            configure();
        }
        finally
        {
            _open = enclosing;   // a Become in the constructor leaves the constructor's own table open
        }

        return table.Handle;
    }
}
