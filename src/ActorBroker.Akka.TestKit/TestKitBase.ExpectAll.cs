using Akka.TestKit.Internal;

namespace Akka.TestKit;

/// <content>Expecting one of several messages, or several in any order.</content>
public abstract partial class TestKitBase
{
    /// <summary>The next message must equal one of the given.</summary>
    public T ExpectMsgAnyOf<T>(IEnumerable<T> messages, CancellationToken cancellationToken = default) =>
        ExpectAny(Waiting.Blocking, [.. messages], cancellationToken).GetAwaiter().GetResult();

    public ValueTask<T> ExpectMsgAnyOfAsync<T>(IEnumerable<T> messages, CancellationToken cancellationToken = default) =>
        new(ExpectAny(Waiting.Asynchronous, [.. messages], cancellationToken));

    /// <summary>The next messages, as many as are given, must be those, in any order.</summary>
    /// <returns>The messages in the order they came.</returns>
    public IReadOnlyCollection<T> ExpectMsgAllOf<T>(IReadOnlyCollection<T> messages, CancellationToken cancellationToken = default) =>
        ExpectAll(Waiting.Blocking, RemainingOrDefault, messages, cancellationToken).GetAwaiter().GetResult();

    public IAsyncEnumerable<T> ExpectMsgAllOfAsync<T>(
        IReadOnlyCollection<T> messages, CancellationToken cancellationToken = default) =>
        Each(ExpectAll(Waiting.Asynchronous, RemainingOrDefault, messages, cancellationToken), cancellationToken);

    /// <param name="max">Dilated.</param>
    /// <param name="messages">What must come.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public IReadOnlyCollection<T> ExpectMsgAllOf<T>(
        TimeSpan max, IReadOnlyCollection<T> messages, CancellationToken cancellationToken = default) =>
        ExpectAll(Waiting.Blocking, Dilated(max), messages, cancellationToken).GetAwaiter().GetResult();

    public IAsyncEnumerable<T> ExpectMsgAllOfAsync<T>(
        TimeSpan max, IReadOnlyCollection<T> messages, CancellationToken cancellationToken = default) =>
        Each(ExpectAll(Waiting.Asynchronous, Dilated(max), messages, cancellationToken), cancellationToken);

    /// <summary>The next messages, as many as there are predicates, must each satisfy one, in any order.</summary>
    public IReadOnlyCollection<object> ExpectMsgAllOfMatchingPredicates(params PredicateInfo[] predicates) =>
        ExpectMatching(Waiting.Blocking, RemainingOrDefault, predicates, CancellationToken.None).GetAwaiter().GetResult();

    public IReadOnlyCollection<object> ExpectMsgAllOfMatchingPredicates(
        IReadOnlyCollection<PredicateInfo> predicates, CancellationToken cancellationToken = default) =>
        ExpectMatching(Waiting.Blocking, RemainingOrDefault, predicates, cancellationToken).GetAwaiter().GetResult();

    public IReadOnlyCollection<object> ExpectMsgAllOfMatchingPredicates(
        TimeSpan max, IReadOnlyCollection<PredicateInfo> predicates, CancellationToken cancellationToken = default) =>
        ExpectMatching(Waiting.Blocking, Dilated(max), predicates, cancellationToken).GetAwaiter().GetResult();

    public IAsyncEnumerable<object> ExpectMsgAllOfMatchingPredicatesAsync(
        IReadOnlyCollection<PredicateInfo> predicates, CancellationToken cancellationToken = default) =>
        Each(ExpectMatching(Waiting.Asynchronous, RemainingOrDefault, predicates, cancellationToken), cancellationToken);

    public IAsyncEnumerable<object> ExpectMsgAllOfMatchingPredicatesAsync(
        TimeSpan max, IReadOnlyCollection<PredicateInfo> predicates, CancellationToken cancellationToken = default) =>
        Each(ExpectMatching(Waiting.Asynchronous, Dilated(max), predicates, cancellationToken), cancellationToken);

    private async Task<T> ExpectAny<T>(Waiting waiting, T[] messages, CancellationToken cancellation)
    {
        var limit = RemainingOrDefault;
        var envelope = await Take(waiting, limit, cancellation).ConfigureAwait(false);
        if (envelope is null)
        {
            _assertions.Fail("Timeout ({0}) while waiting for one of [{1}]", limit, string.Join(", ", messages));
        }
        else if (envelope.Message is T received && messages.Contains(received))
        {
            return received;
        }
        else
        {
            _assertions.Fail("Expected one of [{0}], found {1}", string.Join(", ", messages), envelope);
        }

        return default!;
    }

    private async Task<IReadOnlyList<T>> ExpectAll<T>(
        Waiting waiting, TimeSpan max, IReadOnlyCollection<T> messages, CancellationToken cancellation)
    {
        var received = await TakeN(waiting, messages.Count, max, cancellation).ConfigureAwait(false);
        var unexpected = received.Where(one => one is not T typed || !messages.Contains(typed)).ToList();
        var missing = messages.Where(one => !received.Contains(one!)).ToList();
        _assertions.AssertTrue(
            unexpected.Count == 0 && missing.Count == 0,
            "Expected [{0}]; not found [{1}], found unexpected [{2}]",
            string.Join(", ", messages), string.Join(", ", missing), string.Join(", ", unexpected));
        return received.Cast<T>().ToList();
    }

    private async Task<IReadOnlyList<object>> ExpectMatching(
        Waiting waiting, TimeSpan max, IReadOnlyCollection<PredicateInfo> predicates, CancellationToken cancellation)
    {
        var received = await TakeN(waiting, predicates.Count, max, cancellation).ConfigureAwait(false);
        var open = predicates.ToList();
        var unexpected = received.Where(one => open.Find(p => p.Accepts(one)) is not { } matched || !open.Remove(matched)).ToList();
        _assertions.AssertTrue(
            unexpected.Count == 0,
            "No message for predicates of the types [{0}], found unexpected [{1}]",
            string.Join(", ", open.Select(p => p.Type)), string.Join(", ", unexpected));
        return received;
    }
}
