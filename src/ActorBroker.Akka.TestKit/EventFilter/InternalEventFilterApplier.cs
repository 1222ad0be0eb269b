using Akka.Actor;
using Akka.Event;
using Akka.TestKit.TestEvent;

namespace Akka.TestKit.Internal;

/// <summary>Installs filters in a system's test event listener and counts what they match.</summary>
internal sealed class InternalEventFilterApplier(TestKitBase testKit, ActorSystem system, IReadOnlyList<EventFilterBase> filters)
    : IEventFilterApplier
{
    public EventFilterFactory And => new(testKit, system, filters);

    private TimeSpan Leeway => testKit.TestKitSettings.TestEventFilterLeeway;

    public void ExpectOne(Action action, CancellationToken cancellationToken = default) =>
        Expect(1, Leeway, action, cancellationToken);

    public Task ExpectOneAsync(Func<Task> actionAsync, CancellationToken cancellationToken = default) =>
        ExpectAsync(1, Leeway, actionAsync, cancellationToken);

    public void ExpectOne(TimeSpan timeout, Action action, CancellationToken cancellationToken = default) =>
        Expect(1, timeout, action, cancellationToken);

    public Task ExpectOneAsync(TimeSpan timeout, Func<Task> actionAsync, CancellationToken cancellationToken = default) =>
        ExpectAsync(1, timeout, actionAsync, cancellationToken);

    public void Expect(int expectedCount, Action action, CancellationToken cancellationToken = default) =>
        Expect(expectedCount, Leeway, action, cancellationToken);

    public Task ExpectAsync(int expectedCount, Func<Task> actionAsync, CancellationToken cancellationToken = default) =>
        ExpectAsync(expectedCount, Leeway, actionAsync, cancellationToken);

    public void Expect(int expectedCount, TimeSpan timeout, Action action, CancellationToken cancellationToken = default) =>
        Expect(expectedCount, timeout, ResultOf(action), cancellationToken);

    public Task ExpectAsync(
        int expectedCount, TimeSpan timeout, Func<Task> actionAsync, CancellationToken cancellationToken = default) =>
        ExpectAsync(expectedCount, timeout, ResultOf(actionAsync), cancellationToken);

    public T ExpectOne<T>(Func<T> func, CancellationToken cancellationToken = default) => Expect(1, Leeway, func, cancellationToken);

    public Task<T> ExpectOneAsync<T>(Func<Task<T>> func, CancellationToken cancellationToken = default) =>
        ExpectAsync(1, Leeway, func, cancellationToken);

    public T ExpectOne<T>(TimeSpan timeout, Func<T> func, CancellationToken cancellationToken = default) =>
        Expect(1, timeout, func, cancellationToken);

    public Task<T> ExpectOneAsync<T>(TimeSpan timeout, Func<Task<T>> func, CancellationToken cancellationToken = default) =>
        ExpectAsync(1, timeout, func, cancellationToken);

    public T Expect<T>(int expectedCount, Func<T> func, CancellationToken cancellationToken = default) =>
        Expect(expectedCount, Leeway, func, cancellationToken);

    public Task<T> ExpectAsync<T>(int expectedCount, Func<Task<T>> func, CancellationToken cancellationToken = default) =>
        ExpectAsync(expectedCount, Leeway, func, cancellationToken);

    public T Expect<T>(int expectedCount, TimeSpan timeout, Func<T> func, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(func);
        using var interception = Intercept();
        var result = func();
        var limit = testKit.Dilated(timeout);
        testKit.AwaitConditionNoThrow(() => interception.IsEnough(expectedCount), limit, Interval, cancellationToken);
        Check(interception, expectedCount, limit);
        return result;
    }

    public async Task<T> ExpectAsync<T>(
        int expectedCount, TimeSpan timeout, Func<Task<T>> func, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(func);
        using var interception = Intercept();
        var result = await func();
        var limit = testKit.Dilated(timeout);
        await testKit.AwaitConditionNoThrowAsync(
            () => Task.FromResult(interception.IsEnough(expectedCount)), limit, Interval, cancellationToken);
        Check(interception, expectedCount, limit);
        return result;
    }

    public T Mute<T>(Func<T> func, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(func);
        using var muted = Mute();
        return func();
    }

    public async Task<T> MuteAsync<T>(Func<Task<T>> func, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(func);
        using var muted = Mute();
        return await func();
    }

    public void Mute(Action action, CancellationToken cancellationToken = default) => Mute(ResultOf(action), cancellationToken);

    public Task MuteAsync(Func<Task> action, CancellationToken cancellationToken = default) =>
        MuteAsync(ResultOf(action), cancellationToken);

    public IUnmutableFilter Mute()
    {
        system.EventStream.Publish(new Mute(filters));
        return new Unmutable(system, filters);
    }

    private static TimeSpan Interval => TimeSpan.FromMilliseconds(10);

    private static Func<bool> ResultOf(Action action) => () =>
    {
        action();
        return true;
    };

    private static Func<Task<bool>> ResultOf(Func<Task> action) => async () =>
    {
        await action();
        return true;
    };

    private Interception Intercept() => new(system, filters);

    private void Check(Interception interception, int expected, TimeSpan limit)
    {
        var received = interception.Count;
        if (received == expected)
        {
            return;
        }

        var which = string.Join(" or ", filters);
        testKit.FailTest(received < expected
            ? $"Timeout ({limit}) while waiting for messages. Only received {received}/{expected} messages that matched filter [{which}]"
            : $"Received {received - expected} messages too many. Expected {expected} but received {received} messages "
                + $"that matched filter [{which}]");
    }

    /// <summary>The filters while they are installed for one expectation.</summary>
    private sealed class Interception : IDisposable
    {
        private readonly ActorSystem _system;
        private readonly IReadOnlyList<EventFilterBase> _filters;
        private int _count;

        public Interception(ActorSystem system, IReadOnlyList<EventFilterBase> filters)
        {
            (_system, _filters) = (system, filters);
            foreach (var filter in filters)
            {
                filter.EventMatched += OnMatched;
            }

            system.EventStream.Publish(new Mute(filters));
        }

        public int Count => Volatile.Read(ref _count);

        /// <summary>Expecting none waits the whole time for one that must not come.</summary>
        public bool IsEnough(int expected) => Count >= Math.Max(expected, 1);

        public void Dispose()
        {
            _system.EventStream.Publish(new Unmute(_filters));
            foreach (var filter in _filters)
            {
                filter.EventMatched -= OnMatched;
            }
        }

        private void OnMatched(EventFilterBase filter, LogEvent logEvent) => Interlocked.Increment(ref _count);
    }

    private sealed class Unmutable(ActorSystem system, IReadOnlyList<EventFilterBase> filters) : IUnmutableFilter
    {
        private bool _isMuted = true;

        public void Unmute()
        {
            if (_isMuted)
            {
                _isMuted = false;
                system.EventStream.Publish(new Unmute(filters));
            }
        }

        public void Dispose() => Unmute();
    }
}
