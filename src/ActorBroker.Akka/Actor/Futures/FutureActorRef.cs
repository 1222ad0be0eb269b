using Akka.Actor.Internal;
using Akka.Dispatch.SysMsg;
using Akka.Event;

namespace Akka.Actor;

/// <summary>
/// The sender of an Ask: the first message to it is the answer. It has a place in the tree (<c>/temp/$x</c>) only from the
/// moment somebody asks for its path, for example to send it over a network.
/// </summary>
public sealed class FutureActorRef<T> : MinimalActorRef
{
    private readonly TaskCompletionSource<T> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ActorPath? _path;
    private PendingAsk? _pending;
    private CancellationTokenRegistration _cancellation;
    private List<IInternalActorRef>? _watchers;

    internal FutureActorRef(IActorRefProvider provider) => Provider = provider;

    public override IActorRefProvider Provider { get; }

    public override IInternalActorRef Parent => Provider.TempContainer;

    public override bool IsTerminated => _result.Task.IsCompleted;

    public override ActorPath Path => Volatile.Read(ref _path) ?? Settle();

    internal Task<T> Result => _result.Task;

    /// <summary>Called once, before the question goes out.</summary>
    internal void Expect(TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (timeout >= TimeSpan.Zero)
        {
            try
            {
                _pending = ((ActorSystemImpl)Provider.Settings.System).AskTimeouts.Add(GiveUp, timeout);
            }
            catch (SchedulerException ended)
            {
                // The system is gone, so nobody will answer.
                _result.TrySetException(new AskTimeoutException($"No answer will come: {ended.Message}"));
            }
        }

        if (cancellationToken.CanBeCanceled)
        {
            _cancellation = cancellationToken.UnsafeRegister(
                static (state, token) => ((FutureActorRef<T>)state!).Cancel(token), this);
        }
    }

    public override void SendSystemMessage(ISystemMessage message)
    {
        switch (message)
        {
            case DeathWatchNotification death:
                TellInternal(new Terminated(death.Actor, death.ExistenceConfirmed, death.AddressTerminated), death.Actor);
                break;
            case Watch watch:
                AddWatcher(watch.Watcher);
                break;
            case Unwatch unwatch:
                lock (_result)
                {
                    _watchers?.Remove(unwatch.Watcher);
                }

                break;
        }
    }

    protected override void TellInternal(object message, IActorRef sender)
    {
        var isFirst = message switch
        {
            T answer => _result.TrySetResult(answer),
            Status.Failure { Cause: { } cause } => _result.TrySetException(cause),
            Status.Failure => _result.TrySetException(new TaskCanceledException("Task cancelled by actor via Failure message.")),
            _ => _result.TrySetException(new ArgumentException(
                $"Received message of type [{message.GetType()}] - Ask expected message of type [{typeof(T)}]")),
        };
        if (isFirst)
        {
            Leave();
        }
        else
        {
            // Nobody waits any more: too late, or the second answer.
            Provider.DeadLetters.Tell(new DeadLetter(message, sender ?? Provider.DeadLetters, this), sender);
        }
    }

    private void GiveUp(TimeSpan timeout)
    {
        if (_result.TrySetException(new AskTimeoutException($"Timeout after {timeout.TotalSeconds} seconds")))
        {
            Leave();
        }
    }

    private void Cancel(CancellationToken token)
    {
        if (_result.TrySetCanceled(token))
        {
            Leave();
        }
    }

    /// <summary>The question is settled: out of the tree and the books.</summary>
    private void Leave()
    {
        _pending?.Remove();
        _cancellation.Unregister();
        Interlocked.MemoryBarrier();   // against Settle: one of the two sees what the other did
        if (Volatile.Read(ref _path) is { } path)
        {
            Provider.UnregisterTempActor(path);
        }

        TellWatchers();
    }

    private ActorPath Settle()
    {
        var path = Provider.TempPath();
        Provider.RegisterTempActor(this, path);
        if (Interlocked.CompareExchange(ref _path, path, null) is { } earlier)
        {
            Provider.UnregisterTempActor(path);
            return earlier;
        }

        if (_result.Task.IsCompleted)
        {
            Provider.UnregisterTempActor(path);
        }

        return path;
    }

    private void AddWatcher(IInternalActorRef watcher)
    {
        lock (_result)
        {
            if (!IsTerminated)
            {
                (_watchers ??= []).Add(watcher);
                return;
            }
        }

        watcher.SendSystemMessage(new DeathWatchNotification(this, existenceConfirmed: true, addressTerminated: false));
    }

    private void TellWatchers()
    {
        List<IInternalActorRef>? watchers;
        lock (_result)
        {
            watchers = _watchers;
            _watchers = null;
        }

        foreach (var watcher in watchers ?? [])
        {
            watcher.SendSystemMessage(new DeathWatchNotification(this, existenceConfirmed: true, addressTerminated: false));
        }
    }
}
