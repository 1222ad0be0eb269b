using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Akka.Actor;

/// <summary>Handlers by message type, tried in the order of their registration.</summary>
internal sealed class ReceiveTable
{
    private static readonly ConcurrentDictionary<MethodInfo, bool> IsAsyncVoid = new();

    private Handler[] _handlers = [];
    private bool _takesAll;

    /// <exception cref="ArgumentException">The handler is <c>async void</c>: the actor would not wait for it.</exception>
    public static void RequireNotAsyncVoid(Delegate handler)
    {
        if (IsAsyncVoid.GetOrAdd(handler.Method, method => method.IsDefined(typeof(AsyncStateMachineAttribute), inherit: false)))
        {
            throw new ArgumentException(
                "async handlers given to Receive would run as async void, next to the following messages. Use ReceiveAsync.",
                nameof(handler));
        }
    }

    public void Add<T>(Predicate<T>? shouldHandle, Action<T> handler)
    {
        Append(shouldHandle is null ? new Always<T>(handler) : new When<T>(shouldHandle, handler));
        _takesAll = typeof(T) == typeof(object) && shouldHandle is null;
    }

    public void Add<T>(Func<T, bool> handler) => Append(new Maybe<T>(handler));

    public bool Handle(object message)
    {
        foreach (var handler in _handlers)
        {
            if (handler.TryHandle(message))
            {
                return true;
            }
        }

        return false;
    }

    private void Append(Handler handler)
    {
        if (_takesAll)
        {
            throw new InvalidOperationException(
                "A handler that catches all messages has been added. No handler can be added after that.");
        }

        _handlers = [.. _handlers, handler];
    }

    private abstract class Handler
    {
        public abstract bool TryHandle(object message);
    }

    private sealed class Always<T>(Action<T> handler) : Handler
    {
        public override bool TryHandle(object message)
        {
            if (message is not T fitting)
            {
                return false;
            }

            handler(fitting);
            return true;
        }
    }

    private sealed class When<T>(Predicate<T> shouldHandle, Action<T> handler) : Handler
    {
        public override bool TryHandle(object message)
        {
            if (message is not T fitting || !shouldHandle(fitting))
            {
                return false;
            }

            handler(fitting);
            return true;
        }
    }

    private sealed class Maybe<T>(Func<T, bool> handler) : Handler
    {
        public override bool TryHandle(object message) => message is T fitting && handler(fitting);
    }
}
