namespace Akka.TestKit;

/// <summary>
/// What to do with the events that a filter matches: expect a number of them, or mute them. The wait for expected events
/// starts when the action has ended and takes <c>akka.test.filter-leeway</c> unless a timeout is given (dilated).
/// </summary>
public interface IEventFilterApplier
{
    /// <summary>Adds further filters; an event that one of them matches counts.</summary>
    EventFilterFactory And { get; }

    void ExpectOne(Action action, CancellationToken cancellationToken = default);

    Task ExpectOneAsync(Func<Task> actionAsync, CancellationToken cancellationToken = default);

    void ExpectOne(TimeSpan timeout, Action action, CancellationToken cancellationToken = default);

    Task ExpectOneAsync(TimeSpan timeout, Func<Task> actionAsync, CancellationToken cancellationToken = default);

    void Expect(int expectedCount, Action action, CancellationToken cancellationToken = default);

    Task ExpectAsync(int expectedCount, Func<Task> actionAsync, CancellationToken cancellationToken = default);

    void Expect(int expectedCount, TimeSpan timeout, Action action, CancellationToken cancellationToken = default);

    Task ExpectAsync(int expectedCount, TimeSpan timeout, Func<Task> actionAsync, CancellationToken cancellationToken = default);

    T ExpectOne<T>(Func<T> func, CancellationToken cancellationToken = default);

    Task<T> ExpectOneAsync<T>(Func<Task<T>> func, CancellationToken cancellationToken = default);

    T ExpectOne<T>(TimeSpan timeout, Func<T> func, CancellationToken cancellationToken = default);

    Task<T> ExpectOneAsync<T>(TimeSpan timeout, Func<Task<T>> func, CancellationToken cancellationToken = default);

    T Expect<T>(int expectedCount, Func<T> func, CancellationToken cancellationToken = default);

    Task<T> ExpectAsync<T>(int expectedCount, Func<Task<T>> func, CancellationToken cancellationToken = default);

    T Expect<T>(int expectedCount, TimeSpan timeout, Func<T> func, CancellationToken cancellationToken = default);

    Task<T> ExpectAsync<T>(int expectedCount, TimeSpan timeout, Func<Task<T>> func, CancellationToken cancellationToken = default);

    /// <summary>Mutes while the function runs.</summary>
    T Mute<T>(Func<T> func, CancellationToken cancellationToken = default);

    Task<T> MuteAsync<T>(Func<Task<T>> func, CancellationToken cancellationToken = default);

    void Mute(Action action, CancellationToken cancellationToken = default);

    Task MuteAsync(Func<Task> action, CancellationToken cancellationToken = default);

    /// <summary>Mutes until told otherwise.</summary>
    IUnmutableFilter Mute();
}
