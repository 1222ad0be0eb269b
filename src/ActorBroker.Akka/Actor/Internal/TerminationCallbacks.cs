namespace Akka.Actor.Internal;

/// <summary>What is run when a system's tree is down.</summary>
internal sealed class TerminationCallbacks(ActorSystemImpl system)
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _lock = new();
    private readonly Stack<Action> _callbacks = new();
    private bool _isOver;

    public Task Done => _done.Task;

    public void Add(Action code)
    {
        ArgumentNullException.ThrowIfNull(code);
        lock (_lock)
        {
            if (_isOver)
            {
                throw new InvalidOperationException("ActorSystem already terminated.");
            }

            _callbacks.Push(code);
        }
    }

    public void Arm() => system.Provider.TerminationTask.ContinueWith(
        _ => Run(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);

    private void Run()
    {
        Action[] callbacks;
        lock (_lock)
        {
            _isOver = true;
            callbacks = [.. _callbacks];
        }

        var failures = new List<Exception>();
        foreach (var callback in callbacks)
        {
            try
            {
                callback();
            }
            catch (Exception failed)
            {
                // The others still have their turn; whoever waits for the end hears of it.
                failures.Add(failed);
            }
        }

        system.ShutDownThreads();
        if (failures.Count == 0)
        {
            _done.TrySetResult();
        }
        else
        {
            _done.TrySetException(failures);
        }
    }
}
