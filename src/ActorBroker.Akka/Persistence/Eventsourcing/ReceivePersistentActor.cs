using Akka.Actor;

namespace Akka.Persistence;

/// <summary>
/// A persistent actor whose behaviours are tables of handlers by message type: <c>Command</c> and <c>Recover</c>. Registering is
/// allowed in the constructor and in the methods given to <see cref="Become"/>.
/// </summary>
public abstract class ReceivePersistentActor : UntypedPersistentActor
{
    private readonly ReceiveTable _firstCommands = new();
    private readonly ReceiveTable _recovers = new();
    private ReceiveTable? _open;

    protected ReceivePersistentActor() => _open = _firstCommands;

    internal sealed override void OnConstructed() => _open = null;

    protected sealed override void OnCommand(object message)
    {
        if (!_firstCommands.Handle(message))
        {
            Unhandled(message);
        }
    }

    protected sealed override void OnRecover(object message)
    {
        if (!_recovers.Handle(message))
        {
            Unhandled(message);
        }
    }

    /// <param name="configure">Registers the commands of the new behaviour.</param>
    protected void Become(Action configure) => ActorBase.Context.Become(Configure(configure));

    /// <inheritdoc cref="Become"/>
    protected void BecomeStacked(Action configure) => ActorBase.Context.BecomeStacked(Configure(configure));

    protected void Recover<T>(Action<T> handler, Predicate<T>? shouldHandle = null)
    {
        ArgumentNullException.ThrowIfNull(handler);
        ReceiveTable.RequireNotAsyncVoid(handler);
        _recovers.Add(shouldHandle, handler);
    }

    protected void Recover<T>(Predicate<T> shouldHandle, Action<T> handler) => Recover(handler, shouldHandle);

    protected void Recover<T>(Func<T, bool> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        _recovers.Add(handler);
    }

    protected void Recover(Type messageType, Action<object> handler, Predicate<object>? shouldHandle = null)
    {
        ArgumentNullException.ThrowIfNull(messageType);
        ArgumentNullException.ThrowIfNull(handler);
        ReceiveTable.RequireNotAsyncVoid(handler);
        _recovers.Add(message => messageType.IsInstanceOfType(message) && (shouldHandle is null || shouldHandle(message)), handler);
    }

    protected void Recover(Type messageType, Predicate<object> shouldHandle, Action<object> handler) => Recover(messageType, handler, shouldHandle);

    protected void Recover(Type messageType, Func<object, bool> handler)
    {
        ArgumentNullException.ThrowIfNull(messageType);
        ArgumentNullException.ThrowIfNull(handler);
        _recovers.Add<object>(message => messageType.IsInstanceOfType(message) && handler(message));
    }

    protected void RecoverAny(Action<object> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        ReceiveTable.RequireNotAsyncVoid(handler);
        _recovers.Add(null, handler);
    }

    protected void Command<T>(Action<T> handler, Predicate<T>? shouldHandle = null)
    {
        ArgumentNullException.ThrowIfNull(handler);
        ReceiveTable.RequireNotAsyncVoid(handler);
        Table().Add(shouldHandle, handler);
    }

    protected void Command<T>(Predicate<T> shouldHandle, Action<T> handler) => Command(handler, shouldHandle);

    /// <param name="handler">False: not handled, the next one is tried.</param>
    protected void Command<T>(Func<T, bool> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        Table().Add(handler);
    }

    protected void Command(Type messageType, Action<object> handler, Predicate<object>? shouldHandle = null)
    {
        ArgumentNullException.ThrowIfNull(messageType);
        ArgumentNullException.ThrowIfNull(handler);
        ReceiveTable.RequireNotAsyncVoid(handler);
        Table().Add(message => messageType.IsInstanceOfType(message) && (shouldHandle is null || shouldHandle(message)), handler);
    }

    protected void Command(Type messageType, Predicate<object> shouldHandle, Action<object> handler) => Command(messageType, handler, shouldHandle);

    protected void Command(Type messageType, Func<object, bool> handler)
    {
        ArgumentNullException.ThrowIfNull(messageType);
        ArgumentNullException.ThrowIfNull(handler);
        Table().Add<object>(message => messageType.IsInstanceOfType(message) && handler(message));
    }

    protected void Command(Action<object> handler) => CommandAny(handler);

    /// <summary>Takes everything; nothing can be registered after it.</summary>
    protected void CommandAny(Action<object> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        ReceiveTable.RequireNotAsyncVoid(handler);
        Table().Add(null, handler);
    }

    protected void CommandAsync<T>(Func<T, Task> handler, Predicate<T>? shouldHandle = null)
    {
        ArgumentNullException.ThrowIfNull(handler);
        Table().Add(shouldHandle, message => RunTask(() => handler(message)));
    }

    protected void CommandAsync<T>(Predicate<T> shouldHandle, Func<T, Task> handler) => CommandAsync(handler, shouldHandle);

    protected void CommandAsync(Type messageType, Func<object, Task> handler, Predicate<object>? shouldHandle = null)
    {
        ArgumentNullException.ThrowIfNull(handler);
        Command(messageType, message => RunTask(() => handler(message)), shouldHandle);
    }

    protected void CommandAsync(Type messageType, Predicate<object> shouldHandle, Func<object, Task> handler) =>
        CommandAsync(messageType, handler, shouldHandle);

    protected void CommandAnyAsync(Func<object, Task> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        Table().Add<object>(null, message => RunTask(() => handler(message)));
    }

    private ReceiveTable Table() => _open
        ?? throw new InvalidOperationException("You may only call Command-methods when constructing the actor and inside Become().");

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
