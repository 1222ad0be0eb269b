namespace Akka.TestKit;

/// <content>Waiting until something holds.</content>
public abstract partial class TestKitBase
{
    private static readonly TimeSpan DefaultInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>Runs the assertion until it does not throw. At the end of the time its last exception is thrown.</summary>
    /// <param name="assertion">Run at once, then every <paramref name="interval"/>.</param>
    /// <param name="duration">Dilated. Null: what is left of the innermost Within, else <c>akka.test.single-expect-default</c>.</param>
    /// <param name="interval">Null: 100 ms.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public void AwaitAssert(
        Action assertion, TimeSpan? duration = null, TimeSpan? interval = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(assertion);
        var retry = new Retry(RemainingOrDilated(duration), interval);
        while (true)
        {
            try
            {
                assertion();
                return;
            }
            catch (Exception) when (retry.GoesOn(cancellationToken))   // the last one gets out
            {
                retry.Wait(cancellationToken);
            }
        }
    }

    public Task AwaitAssertAsync(
        Action assertion, TimeSpan? duration = null, TimeSpan? interval = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(assertion);
        return AwaitAssertAsync(
            () =>
            {
                assertion();
                return Task.CompletedTask;
            },
            duration,
            interval,
            cancellationToken);
    }

    public async Task AwaitAssertAsync(
        Func<Task> assertion, TimeSpan? duration = null, TimeSpan? interval = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(assertion);
        var retry = new Retry(RemainingOrDilated(duration), interval);
        while (true)
        {
            try
            {
                await assertion();
                return;
            }
            catch (Exception) when (retry.GoesOn(cancellationToken))   // the last one gets out
            {
                await retry.WaitAsync(cancellationToken);
            }
        }
    }

    /// <summary>Waits until the condition holds and fails when the time is over before.</summary>
    public void AwaitCondition(Func<bool> conditionIsFulfilled, CancellationToken cancellationToken = default) =>
        AwaitCondition(conditionIsFulfilled, null, null, null!, cancellationToken);

    public Task AwaitConditionAsync(Func<Task<bool>> conditionIsFulfilled, CancellationToken cancellationToken = default) =>
        AwaitConditionAsync(conditionIsFulfilled, null, null, null!, cancellationToken);

    public void AwaitCondition(Func<bool> conditionIsFulfilled, TimeSpan? max, CancellationToken cancellationToken = default) =>
        AwaitCondition(conditionIsFulfilled, max, null, null!, cancellationToken);

    public Task AwaitConditionAsync(
        Func<Task<bool>> conditionIsFulfilled, TimeSpan? max, CancellationToken cancellationToken = default) =>
        AwaitConditionAsync(conditionIsFulfilled, max, null, null!, cancellationToken);

    public void AwaitCondition(
        Func<bool> conditionIsFulfilled, TimeSpan? max, string message, CancellationToken cancellationToken = default) =>
        AwaitCondition(conditionIsFulfilled, max, null, message, cancellationToken);

    public Task AwaitConditionAsync(
        Func<Task<bool>> conditionIsFulfilled, TimeSpan? max, string message, CancellationToken cancellationToken = default) =>
        AwaitConditionAsync(conditionIsFulfilled, max, null, message, cancellationToken);

    /// <param name="conditionIsFulfilled">Asked at once, then every <paramref name="interval"/>.</param>
    /// <param name="max">Dilated. Null: what is left of the innermost Within, else <c>akka.test.single-expect-default</c>.</param>
    /// <param name="interval">Null: a tenth of the time, 100 ms at most.</param>
    /// <param name="message">For the failure.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public void AwaitCondition(
        Func<bool> conditionIsFulfilled,
        TimeSpan? max,
        TimeSpan? interval,
        string message = null!,
        CancellationToken cancellationToken = default)
    {
        var limit = RemainingOrDilated(max);
        if (!AwaitConditionNoThrow(conditionIsFulfilled, limit, IntervalOf(limit, interval), cancellationToken))
        {
            FailCondition(limit, message);
        }
    }

    public async Task AwaitConditionAsync(
        Func<Task<bool>> conditionIsFulfilled,
        TimeSpan? max,
        TimeSpan? interval,
        string message = null!,
        CancellationToken cancellationToken = default)
    {
        var limit = RemainingOrDilated(max);
        if (!await AwaitConditionNoThrowAsync(conditionIsFulfilled, limit, IntervalOf(limit, interval), cancellationToken))
        {
            FailCondition(limit, message);
        }
    }

    /// <returns>False when the time was over first. <paramref name="max"/> is not dilated.</returns>
    public bool AwaitConditionNoThrow(
        Func<bool> conditionIsFulfilled, TimeSpan max, TimeSpan? interval = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(conditionIsFulfilled);
        var retry = new Retry(max, interval);
        while (!conditionIsFulfilled())
        {
            if (!retry.GoesOn(cancellationToken))
            {
                return false;
            }

            retry.Wait(cancellationToken);
        }

        return true;
    }

    public async Task<bool> AwaitConditionNoThrowAsync(
        Func<Task<bool>> conditionIsFulfilled, TimeSpan max, TimeSpan? interval = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(conditionIsFulfilled);
        var retry = new Retry(max, interval);
        while (!await conditionIsFulfilled())
        {
            if (!retry.GoesOn(cancellationToken))
            {
                return false;
            }

            await retry.WaitAsync(cancellationToken);
        }

        return true;
    }

    private static TimeSpan IntervalOf(TimeSpan max, TimeSpan? interval) =>
        interval is { } given && given > TimeSpan.Zero ? given
        : max / 10 < DefaultInterval ? max / 10
        : DefaultInterval;

    private void FailCondition(TimeSpan limit, string? message) =>
        _assertions.Fail("Timeout ({0}) expired while waiting for condition. {1}", limit, message ?? "");

    /// <summary>One wait with a deadline, in steps.</summary>
    private sealed class Retry(TimeSpan max, TimeSpan? interval)
    {
        private readonly TimeSpan _end = Now + max;
        private readonly TimeSpan _interval = interval is { } given && given > TimeSpan.Zero ? given : DefaultInterval;

        public bool GoesOn(CancellationToken cancellation) => !cancellation.IsCancellationRequested && Now < _end;

        public void Wait(CancellationToken cancellation) => cancellation.WaitHandle.WaitOne(Step());

        public Task WaitAsync(CancellationToken cancellation) => Task.Delay(Step(), cancellation);

        private TimeSpan Step()
        {
            var left = _end - Now;
            var step = left < _interval ? left : _interval;
            return step > TimeSpan.Zero ? step : TimeSpan.Zero;
        }
    }
}
