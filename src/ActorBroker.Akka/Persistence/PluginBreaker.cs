using Akka.Actor;
using Akka.Configuration;

namespace Akka.Persistence;

/// <summary>
/// Keeps callers from waiting for storage that does not answer: after <c>max-failures</c> calls in a row that failed or took
/// longer than <c>call-timeout</c>, calls fail at once for <c>reset-timeout</c>; then one call may try again.
/// </summary>
/// <remarks>Thread-safe. A call that timed out goes on; nobody waits for it any more.</remarks>
internal sealed class PluginBreaker(IScheduler scheduler, int maxFailures, TimeSpan callTimeout, TimeSpan resetTimeout)
{
    private readonly Lock _gate = new();
    private int _failures;
    private TimeSpan _openUntil = TimeSpan.MinValue;

    public static PluginBreaker From(IScheduler scheduler, Config plugin) => new(
        scheduler,
        plugin.GetInt("circuit-breaker.max-failures"),
        plugin.GetTimeSpan("circuit-breaker.call-timeout"),
        plugin.GetTimeSpan("circuit-breaker.reset-timeout"));

    public Task Call(Func<Task> call) => Call(async () =>
    {
        await call().ConfigureAwait(false);
        return true;
    });

    /// <exception cref="TimeoutException">In the task: no answer in time.</exception>
    /// <exception cref="InvalidOperationException">In the task: not tried, too many calls failed.</exception>
    public Task<T> Call<T>(Func<Task<T>> call)
    {
        if (Refusal() is { } refusal)
        {
            return Task.FromException<T>(refusal);
        }

        Task<T> task;
        try
        {
            task = call();
        }
        catch (Exception failure)
        {
            // A plug-in may fail at once instead of by its task: the caller sees no difference.
            task = Task.FromException<T>(failure);
        }

        if (task.IsCompleted)
        {
            Ended(task.IsCompletedSuccessfully);
            return task;
        }

        return Watched(task);
    }

    private async Task<T> Watched<T>(Task<T> task)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var timer = new Cancelable(scheduler.Advanced);
        scheduler.Advanced.ScheduleOnce(
            callTimeout,
            () => answer.TrySetException(new TimeoutException($"The storage did not answer within {callTimeout.TotalMilliseconds} ms.")),
            timer);
        _ = task.ContinueWith(
            static (ended, state) =>
            {
                var answer = (TaskCompletionSource<T>)state!;
                if (ended.IsCompletedSuccessfully)
                {
                    answer.TrySetResult(ended.Result);
                }
                else
                {
                    answer.TrySetException(ended.Exception?.InnerExceptions ?? (IEnumerable<Exception>)[new TaskCanceledException(ended)]);
                }
            },
            answer,
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
        var succeeded = false;
        try
        {
            var result = await answer.Task.ConfigureAwait(false);
            succeeded = true;
            return result;
        }
        finally
        {
            timer.Cancel();
            Ended(succeeded);
        }
    }

    private InvalidOperationException? Refusal()
    {
        lock (_gate)
        {
            var now = scheduler.MonotonicClock;
            if (_failures < maxFailures)
            {
                return null;
            }

            if (now < _openUntil)
            {
                return new InvalidOperationException(
                    $"Circuit Breaker is open; calls are failing fast: {_failures} calls in a row failed. Next try in {(_openUntil - now).TotalMilliseconds:0} ms.");
            }

            _openUntil = now + resetTimeout;   // this one tries, the others wait for its outcome
            return null;
        }
    }

    private void Ended(bool succeeded)
    {
        lock (_gate)
        {
            _failures = succeeded ? 0 : _failures + 1;
            if (_failures >= maxFailures)
            {
                _openUntil = scheduler.MonotonicClock + resetTimeout;
            }
        }
    }
}
