namespace Akka.TestKit;

/// <content>Bounding the time of a part of a test.</content>
public abstract partial class TestKitBase
{
    /// <summary>Runs the action; it must not take longer than <paramref name="max"/>, dilated. Waits inside of it that say
    /// no time of their own have what is left of it.</summary>
    public void Within(
        TimeSpan max, Action action, TimeSpan? epsilonValue = null, CancellationToken cancellationToken = default) =>
        Within(TimeSpan.Zero, max, action, null!, epsilonValue, cancellationToken);

    public Task WithinAsync(
        TimeSpan max, Func<Task> actionAsync, TimeSpan? epsilonValue = null, CancellationToken cancellationToken = default) =>
        WithinAsync(TimeSpan.Zero, max, actionAsync, null!, epsilonValue, cancellationToken);

    /// <param name="min">The action must take this long at least.</param>
    /// <param name="max">Dilated.</param>
    /// <param name="action">What is bounded.</param>
    /// <param name="hint">For the message of the failure.</param>
    /// <param name="epsilonValue">The action may take this much longer.</param>
    /// <param name="cancellationToken">Not used by the blocking form.</param>
    public void Within(
        TimeSpan min,
        TimeSpan max,
        Action action,
        string hint = null!,
        TimeSpan? epsilonValue = null,
        CancellationToken cancellationToken = default) =>
        Within(
            min,
            max,
            () =>
            {
                action();
                return true;
            },
            hint,
            epsilonValue,
            cancellationToken);

    public Task WithinAsync(
        TimeSpan min,
        TimeSpan max,
        Func<Task> actionAsync,
        string hint = null!,
        TimeSpan? epsilonValue = null,
        CancellationToken cancellationToken = default) =>
        WithinAsync(
            min,
            max,
            async () =>
            {
                await actionAsync();
                return true;
            },
            hint,
            epsilonValue,
            cancellationToken);

    public T Within<T>(
        TimeSpan max, Func<T> function, TimeSpan? epsilonValue = null, CancellationToken cancellationToken = default) =>
        Within(TimeSpan.Zero, max, function, null!, epsilonValue, cancellationToken);

    public Task<T> WithinAsync<T>(
        TimeSpan max, Func<Task<T>> function, TimeSpan? epsilonValue = null, CancellationToken cancellationToken = default) =>
        WithinAsync(TimeSpan.Zero, max, function, null!, epsilonValue, cancellationToken);

    public T Within<T>(
        TimeSpan min,
        TimeSpan max,
        Func<T> function,
        string hint = null!,
        TimeSpan? epsilonValue = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(function);
        cancellationToken.ThrowIfCancellationRequested();
        var bounds = EnterWithin(min, max, hint);
        T result;
        try
        {
            result = function();
        }
        finally
        {
            _end = bounds.EndBefore;
        }

        CheckTaken(bounds, min, hint, epsilonValue);
        return result;
    }

    public async Task<T> WithinAsync<T>(
        TimeSpan min,
        TimeSpan max,
        Func<Task<T>> function,
        string hint = null!,
        TimeSpan? epsilonValue = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(function);
        var bounds = EnterWithin(min, max, hint);
        T result;
        try
        {
            // No ConfigureAwait: what follows in the test must again be told on behalf of the test actor.
            result = await function().WaitAsync(bounds.Max + (epsilonValue ?? TimeSpan.Zero) + HangGuard, cancellationToken);
        }
        catch (TimeoutException) when (Now - bounds.Start > bounds.Max + (epsilonValue ?? TimeSpan.Zero))
        {
            _assertions.Fail("Failed: Block timed out, exceeding {0} {1}", bounds.Max, Hint(hint));
            throw;
        }
        finally
        {
            _end = bounds.EndBefore;
        }

        CheckTaken(bounds, min, hint, epsilonValue);
        return result;
    }

    private WithinBounds EnterWithin(TimeSpan min, TimeSpan max, string? hint)
    {
        var start = Now;
        var dilated = Dilated(max);
        var left = _end is { } end ? end - start : dilated;
        _assertions.AssertTrue(left >= min, "Required min time {0} not possible, only {1} left. {2}", min, left, Hint(hint));
        _lastWasNoMsg = false;
        var bounds = new WithinBounds(start, dilated < left ? dilated : left, _end);
        _end = start + bounds.Max;
        return bounds;
    }

    private void CheckTaken(WithinBounds bounds, TimeSpan min, string? hint, TimeSpan? epsilon)
    {
        var taken = Now - bounds.Start;
        _assertions.AssertTrue(
            taken >= min, "Failed: Block took {0}, should have at least been {1} {2}", taken, min, Hint(hint));
        if (!_lastWasNoMsg)
        {
            _assertions.AssertTrue(
                taken <= bounds.Max + (epsilon ?? TimeSpan.Zero),
                "Failed: Block took {0}, exceeding {1} {2}", taken, bounds.Max, Hint(hint));
        }
    }

    private sealed record WithinBounds(TimeSpan Start, TimeSpan Max, TimeSpan? EndBefore);
}
