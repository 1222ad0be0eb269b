using Akka.Actor;
using Akka.Dispatch;

namespace Akka.Persistence;

/// <summary>A persistent actor whose handlers are registered by the type of the message: commands by <c>Command</c>, events by <c>Recover</c>.</summary>
public abstract class ReceivePersistentActor : UntypedPersistentActor
{
    private readonly ReceiveTable _recover = new();
    private ReceiveTable? _open = new();
    private ReceiveTable? _first;

    protected sealed override void OnCommand(object message)
    {
        if (_first is null)
        {
            _first = _open ?? new ReceiveTable();
            _open = null;
        }

        if (!_first.Handle(message))
        {
            Unhandled(message);
        }
    }

    protected sealed override void OnRecover(object message)
    {
        if (!_recover.Handle(message) && message is not SnapshotOffer)
        {
            Unhandled(message);
        }
    }

    protected void Become(Action configure) => ActorBase.Context.Become(Configure(configure).Handle);

    protected void BecomeStacked(Action configure) => ActorBase.Context.BecomeStacked(Configure(configure).Handle);

    protected void Recover<T>(Action<T> handler, Predicate<T>? shouldHandle = null)
    {
        ReceiveTable.RequireNotAsyncVoid(handler);
        _recover.Add(shouldHandle, handler);
    }

    protected void Recover<T>(Predicate<T> shouldHandle, Action<T> handler) => Recover(handler, shouldHandle);

    protected void Recover<T>(Func<T, bool> handler) => _recover.Add(handler);

    protected void Recover(Type messageType, Action<object> handler, Predicate<object>? shouldHandle = null) =>
        _recover.Add(message => messageType.IsInstanceOfType(message) && (shouldHandle is null || shouldHandle(message)), handler);

    protected void Recover(Type messageType, Predicate<object> shouldHandle, Action<object> handler) => Recover(messageType, handler, shouldHandle);

    protected void Recover(Type messageType, Func<object, bool> handler) =>
        _recover.Add<object>(message => messageType.IsInstanceOfType(message) && handler(message));

    protected void RecoverAny(Action<object> handler) => _recover.Add(null, handler);

    protected void Command<T>(Action<T> handler, Predicate<T>? shouldHandle = null)
    {
        ReceiveTable.RequireNotAsyncVoid(handler);
        Table().Add(shouldHandle, handler);
    }

    protected void Command<T>(Predicate<T> shouldHandle, Action<T> handler) => Command(handler, shouldHandle);

    protected void Command<T>(Func<T, bool> handler) => Table().Add(handler);

    protected void Command(Type messageType, Action<object> handler, Predicate<object>? shouldHandle = null) =>
        Table().Add(message => messageType.IsInstanceOfType(message) && (shouldHandle is null || shouldHandle(message)), handler);

    protected void Command(Type messageType, Predicate<object> shouldHandle, Action<object> handler) => Command(messageType, handler, shouldHandle);

    protected void Command(Type messageType, Func<object, bool> handler) =>
        Table().Add<object>(message => messageType.IsInstanceOfType(message) && handler(message));

    protected void Command(Action<object> handler) => CommandAny(handler);

    protected void CommandAny(Action<object> handler) => Table().Add(null, handler);

    protected void CommandAsync<T>(Func<T, Task> handler, Predicate<T>? shouldHandle = null) => Table().Add(shouldHandle, ActorTaskScheduler.Wrap(handler));

    protected void CommandAsync<T>(Predicate<T> shouldHandle, Func<T, Task> handler) => CommandAsync(handler, shouldHandle);

    protected void CommandAsync(Type messageType, Func<object, Task> handler, Predicate<object>? shouldHandle = null) =>
        Command(messageType, ActorTaskScheduler.Wrap(handler), shouldHandle);

    protected void CommandAnyAsync(Func<object, Task> handler) => Table().Add(null, ActorTaskScheduler.Wrap(handler));

    private ReceiveTable Table() => _open
        ?? throw new InvalidOperationException("You may only call Command-methods when constructing the actor and inside Become().");

    private ReceiveTable Configure(Action configure)
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
            _open = _first is null ? enclosing : null;
        }

        return table;
    }
}
