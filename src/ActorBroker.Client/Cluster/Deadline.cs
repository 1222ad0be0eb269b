using ActorBroker.Messages.Sessions;
using Akka.Actor;

namespace ActorBroker.Client.Cluster;

/// <summary>The end of a wait that has several steps, by the actor system's clock.</summary>
internal sealed class Deadline : IDisposable
{
    private readonly IScheduler _scheduler;
    private readonly TimeSpan _timeout;
    private readonly TimeSpan _end;
    private readonly Cancelable _over;
    private readonly CancellationTokenSource _either;
    private readonly CancellationToken _callers;

    /// <param name="callers">Ends the wait early.</param>
    /// <exception cref="ClientClosedException">The actor system has ended.</exception>
    public Deadline(IScheduler scheduler, TimeSpan timeout, CancellationToken callers)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(timeout, TimeSpan.Zero);
        _scheduler = scheduler;
        _timeout = timeout;
        _end = scheduler.MonotonicClock + timeout;
        _callers = callers;
        _over = Start(scheduler, timeout);
        _either = CancellationTokenSource.CreateLinkedTokenSource(_over.Token, callers);
    }

    /// <summary>Cancelled at the end, or when the caller cancels.</summary>
    public CancellationToken Token => _either.Token;

    /// <summary>More than zero.</summary>
    public TimeSpan Rest => _end - _scheduler.MonotonicClock is var rest && rest > TimeSpan.FromMilliseconds(1) ? rest : TimeSpan.FromMilliseconds(1);

    /// <summary>Carries out the steps; the end of the time is a <see cref="BrokerTimeoutException"/>.</summary>
    /// <param name="what">Of the message: what had no outcome.</param>
    /// <param name="lastError">What went wrong last, if anything.</param>
    public async Task<T> Run<T>(string what, Func<Deadline, Task<T>> steps, Func<Exception?> lastError)
    {
        try
        {
            return await steps(this).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!_callers.IsCancellationRequested)
        {
            var last = lastError();
            throw new BrokerTimeoutException(
                $"{what} had no outcome within {_timeout}.{(last is null ? "" : " Last: ")}{last?.Message}",
                last is BrokerException { Error: not SessionError.None } known ? known.Error : SessionError.TimedOut,
                last);
        }
    }

    private static Cancelable Start(IScheduler scheduler, TimeSpan timeout)
    {
        try
        {
            return new Cancelable(scheduler.Advanced, timeout);
        }
        catch (SchedulerException ended)
        {
            throw new ClientClosedException($"The client has ended with its actor system: {ended.Message}.");
        }
    }

    public void Dispose()
    {
        _either.Dispose();
        _over.Cancel(false);
    }
}
