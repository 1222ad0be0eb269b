using System.Collections;
using System.Runtime.CompilerServices;
using Akka.TestKit.Internal;

namespace Akka.TestKit;

/// <content>Taking messages from the test actor's queue.</content>
public abstract partial class TestKitBase
{
    /// <summary>Takes messages until one satisfies the predicate. The others are dropped.</summary>
    public object FishForMessage(
        Predicate<object> isMessage, TimeSpan? max = null, string hint = "", CancellationToken cancellationToken = default) =>
        Fish(Waiting.Blocking, isMessage, null, max, hint, cancellationToken).GetAwaiter().GetResult();

    public ValueTask<object> FishForMessageAsync(
        Predicate<object> isMessage, TimeSpan? max = null, string hint = "", CancellationToken cancellationToken = default) =>
        new(Fish(Waiting.Asynchronous, isMessage, null, max, hint, cancellationToken));

    public T FishForMessage<T>(
        Predicate<T> isMessage, TimeSpan? max = null, string hint = "", CancellationToken cancellationToken = default) =>
        Fish(Waiting.Blocking, isMessage, null, max, hint, cancellationToken).GetAwaiter().GetResult();

    public ValueTask<T> FishForMessageAsync<T>(
        Predicate<T> isMessage, TimeSpan? max = null, string hint = "", CancellationToken cancellationToken = default) =>
        new(Fish(Waiting.Asynchronous, isMessage, null, max, hint, cancellationToken));

    /// <param name="isMessage">Accepts the message that ends the fishing.</param>
    /// <param name="allMessages">Emptied, then filled with all messages up to the accepted one.</param>
    /// <param name="max">Dilated.</param>
    /// <param name="hint">For the message of the failure.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public T FishForMessage<T>(
        Predicate<T> isMessage,
        ArrayList allMessages,
        TimeSpan? max = null,
        string hint = "",
        CancellationToken cancellationToken = default) =>
        Fish(Waiting.Blocking, isMessage, allMessages, max, hint, cancellationToken).GetAwaiter().GetResult();

    public ValueTask<T> FishForMessageAsync<T>(
        Predicate<T> isMessage,
        ArrayList allMessages,
        TimeSpan? max = null,
        string hint = "",
        CancellationToken cancellationToken = default) =>
        new(Fish(Waiting.Asynchronous, isMessage, allMessages, max, hint, cancellationToken));

    /// <summary>Takes messages for that long and fails when one is of the type.</summary>
    public async Task FishUntilMessageAsync<T>(TimeSpan? max = null, CancellationToken cancellationToken = default)
    {
        await foreach (var message in ReceiveWhileAsync<object>(m => m, max, cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            _assertions.AssertFalse(message is T, "did not expect a message of type {0}", typeof(T));
        }
    }

    /// <summary>Takes messages until none comes for <paramref name="max"/>.</summary>
    public async Task<ArrayList> WaitForRadioSilenceAsync(
        TimeSpan? max = null, uint? maxMessages = null, CancellationToken cancellationToken = default)
    {
        var received = new ArrayList();
        while (await Take(Waiting.Asynchronous, RemainingOrDilated(max), cancellationToken).ConfigureAwait(false) is { } envelope)
        {
            received.Add(envelope.Message);
            if (received.Count > maxMessages)
            {
                _assertions.Fail("Received {0} messages; expected silence after {1} at most", received.Count, maxMessages);
            }
        }

        return received;
    }

    /// <summary>Takes one message.</summary>
    /// <param name="max">Not dilated. Null: <c>akka.test.single-expect-default</c>; negative: without limit.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Null when none came in time.</returns>
    public object ReceiveOne(TimeSpan? max = null, CancellationToken cancellationToken = default) =>
        Take(Waiting.Blocking, GetTimeoutOrDefault(max), cancellationToken).GetAwaiter().GetResult()?.Message!;

    public async ValueTask<object> ReceiveOneAsync(TimeSpan? max = null, CancellationToken cancellationToken = default) =>
        (await Take(Waiting.Asynchronous, GetTimeoutOrDefault(max), cancellationToken).ConfigureAwait(false))?.Message!;

    public bool TryReceiveOne(out MessageEnvelope envelope, TimeSpan? max = null, CancellationToken cancellationToken = default)
    {
        var taken = Take(Waiting.Blocking, GetTimeoutOrDefault(max), cancellationToken).GetAwaiter().GetResult();
        envelope = taken ?? NullMessageEnvelope.Instance;
        return taken is not null;
    }

    public async ValueTask<(bool success, MessageEnvelope envelope)> TryReceiveOneAsync(
        TimeSpan? max, CancellationToken cancellationToken = default)
    {
        var taken = await Take(Waiting.Asynchronous, GetTimeoutOrDefault(max), cancellationToken).ConfigureAwait(false);
        return (taken is not null, taken ?? NullMessageEnvelope.Instance);
    }

    /// <summary>The next message, which stays in the queue; null when none came in time.</summary>
    public object PeekOne(TimeSpan? max = null, CancellationToken cancellationToken = default) =>
        Peek(Waiting.Blocking, GetTimeoutOrDefault(max), cancellationToken).GetAwaiter().GetResult()?.Message!;

    public async ValueTask<object> PeekOneAsync(TimeSpan? max = null, CancellationToken cancellationToken = default) =>
        (await Peek(Waiting.Asynchronous, GetTimeoutOrDefault(max), cancellationToken).ConfigureAwait(false))?.Message!;

    public object PeekOne(CancellationToken cancellationToken) => PeekOne(Timeout.InfiniteTimeSpan, cancellationToken);

    public ValueTask<object> PeekOneAsync(CancellationToken cancellationToken) =>
        PeekOneAsync(Timeout.InfiniteTimeSpan, cancellationToken);

    public bool TryPeekOne(out MessageEnvelope envelope, TimeSpan? max, CancellationToken cancellationToken)
    {
        var peeked = Peek(Waiting.Blocking, GetTimeoutOrDefault(max), cancellationToken).GetAwaiter().GetResult();
        envelope = peeked ?? NullMessageEnvelope.Instance;
        return peeked is not null;
    }

    public async ValueTask<(bool success, MessageEnvelope envelope)> TryPeekOneAsync(TimeSpan? max, CancellationToken cancellationToken)
    {
        var peeked = await Peek(Waiting.Asynchronous, GetTimeoutOrDefault(max), cancellationToken).ConfigureAwait(false);
        return (peeked is not null, peeked ?? NullMessageEnvelope.Instance);
    }

    /// <summary>Takes messages while the filter makes something of them; the first it makes null of stays in the queue.</summary>
    /// <returns>What the filter made. Reaching <paramref name="max"/> is no failure.</returns>
    public IReadOnlyList<T> ReceiveWhile<T>(
        TimeSpan? max, Func<object, T> filter, int msgs = int.MaxValue, CancellationToken cancellationToken = default) =>
        While(Waiting.Blocking, filter, max, null, msgs, cancellationToken).GetAwaiter().GetResult();

    public IAsyncEnumerable<T> ReceiveWhileAsync<T>(
        TimeSpan? max, Func<object, T> filter, int msgs = int.MaxValue, CancellationToken cancellationToken = default) =>
        Each(While(Waiting.Asynchronous, filter, max, null, msgs, cancellationToken), cancellationToken);

    /// <param name="max">Dilated.</param>
    /// <param name="idle">Stops, too, when no message comes for that long.</param>
    /// <param name="filter">Null for the first message that is not wanted.</param>
    /// <param name="msgs">Stops, too, after that many.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public IReadOnlyList<T> ReceiveWhile<T>(
        TimeSpan? max, TimeSpan? idle, Func<object, T> filter, int msgs = int.MaxValue, CancellationToken cancellationToken = default) =>
        While(Waiting.Blocking, filter, max, idle, msgs, cancellationToken).GetAwaiter().GetResult();

    public IAsyncEnumerable<T> ReceiveWhileAsync<T>(
        TimeSpan? max, TimeSpan? idle, Func<object, T> filter, int msgs = int.MaxValue, CancellationToken cancellationToken = default) =>
        Each(While(Waiting.Asynchronous, filter, max, idle, msgs, cancellationToken), cancellationToken);

    public IReadOnlyList<T> ReceiveWhile<T>(
        Func<object, T> filter,
        TimeSpan? max = null,
        TimeSpan? idle = null,
        int msgs = int.MaxValue,
        CancellationToken cancellationToken = default) =>
        While(Waiting.Blocking, filter, max, idle, msgs, cancellationToken).GetAwaiter().GetResult();

    public IAsyncEnumerable<T> ReceiveWhileAsync<T>(
        Func<object, T> filter,
        TimeSpan? max = null,
        TimeSpan? idle = null,
        int msgs = int.MaxValue,
        CancellationToken cancellationToken = default) =>
        Each(While(Waiting.Asynchronous, filter, max, idle, msgs, cancellationToken), cancellationToken);

    /// <param name="shouldContinue">False for the first message that is not wanted.</param>
    /// <param name="max">Dilated.</param>
    /// <param name="idle">Stops, too, when no message comes for that long.</param>
    /// <param name="msgs">Stops, too, after that many.</param>
    /// <param name="shouldIgnoreOtherMessageTypes">False: a message of another type ends it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public IReadOnlyList<T> ReceiveWhile<T>(
        Predicate<T> shouldContinue,
        TimeSpan? max = null,
        TimeSpan? idle = null,
        int msgs = int.MaxValue,
        bool shouldIgnoreOtherMessageTypes = true,
        CancellationToken cancellationToken = default) =>
        While(Waiting.Blocking, shouldContinue, max, idle, msgs, shouldIgnoreOtherMessageTypes, cancellationToken)
            .GetAwaiter().GetResult();

    public IAsyncEnumerable<T> ReceiveWhileAsync<T>(
        Predicate<T> shouldContinue,
        TimeSpan? max = null,
        TimeSpan? idle = null,
        int msgs = int.MaxValue,
        bool shouldIgnoreOtherMessageTypes = true,
        CancellationToken cancellationToken = default) =>
        Each(
            While(Waiting.Asynchronous, shouldContinue, max, idle, msgs, shouldIgnoreOtherMessageTypes, cancellationToken),
            cancellationToken);

    /// <summary>Takes that many messages within the remaining time.</summary>
    public IReadOnlyCollection<object> ReceiveN(int numberOfMessages, CancellationToken cancellationToken = default) =>
        TakeN(Waiting.Blocking, numberOfMessages, RemainingOrDefault, cancellationToken).GetAwaiter().GetResult();

    public IAsyncEnumerable<object> ReceiveNAsync(int numberOfMessages, CancellationToken cancellationToken = default) =>
        Each(TakeN(Waiting.Asynchronous, numberOfMessages, RemainingOrDefault, cancellationToken), cancellationToken);

    /// <param name="numberOfMessages">How many.</param>
    /// <param name="max">Dilated.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public IReadOnlyCollection<object> ReceiveN(int numberOfMessages, TimeSpan max, CancellationToken cancellationToken = default) =>
        TakeN(Waiting.Blocking, numberOfMessages, Dilated(max), cancellationToken).GetAwaiter().GetResult();

    public IAsyncEnumerable<object> ReceiveNAsync(int numberOfMessages, TimeSpan max, CancellationToken cancellationToken = default) =>
        Each(TakeN(Waiting.Asynchronous, numberOfMessages, Dilated(max), cancellationToken), cancellationToken);

    private static async IAsyncEnumerable<T> Each<T>(
        Task<IReadOnlyList<T>> all, [EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (var one in await all.WaitAsync(cancellation).ConfigureAwait(false))
        {
            yield return one;
        }
    }

    private async Task<MessageEnvelope?> Take(Waiting waiting, TimeSpan max, CancellationToken cancellation)
    {
        var taken = await _queue.Take(waiting, max, cancellation).ConfigureAwait(false);
        _lastWasNoMsg = taken is null;
        _lastMessage = taken ?? NullMessageEnvelope.Instance;
        return taken;
    }

    private async Task<MessageEnvelope?> Peek(Waiting waiting, TimeSpan max, CancellationToken cancellation)
    {
        var peeked = await _queue.Peek(waiting, max, cancellation).ConfigureAwait(false);
        _lastWasNoMsg = peeked is null;
        _lastMessage = peeked ?? NullMessageEnvelope.Instance;
        return peeked;
    }

    private async Task<T> Fish<T>(
        Waiting waiting, Predicate<T> isMessage, ArrayList? all, TimeSpan? max, string hint, CancellationToken cancellation)
    {
        var limit = RemainingOrDilated(max);
        var end = Now + limit;
        all?.Clear();
        while (true)
        {
            var left = end - Now;
            var envelope = await Take(waiting, left > TimeSpan.Zero ? left : TimeSpan.Zero, cancellation).ConfigureAwait(false);
            if (envelope is null)
            {
                _assertions.Fail(
                    "Timeout ({0}) during FishForMessage{1}", limit, string.IsNullOrEmpty(hint) ? "" : $", hint: {hint}");
                return default!;
            }

            if (envelope.Message is T typed && isMessage(typed))
            {
                return typed;
            }

            all?.Add(envelope.Message);
        }
    }

    private async Task<IReadOnlyList<T>> While<T>(
        Waiting waiting, Func<object, T> filter, TimeSpan? max, TimeSpan? idle, int countMax, CancellationToken cancellation)
    {
        var kept = new List<T>();
        await Each(waiting, Keep, () => kept.Count >= countMax, max, idle, cancellation).ConfigureAwait(false);
        return kept;

        bool Keep(object message)
        {
            if (filter(message) is not { } made)
            {
                return false;
            }

            kept.Add(made);
            return true;
        }
    }

    /// <summary>Takes messages until <paramref name="keep"/> refuses one, which then stays in the queue.</summary>
    private async Task Each(
        Waiting waiting, Func<object, bool> keep, Func<bool> isDone, TimeSpan? max, TimeSpan? idle, CancellationToken cancellation)
    {
        var end = Now + RemainingOrDilated(max);
        var idleMax = idle is null || idle < TimeSpan.Zero ? TimeSpan.MaxValue : idle.Value;
        var last = _lastMessage;
        while (!isDone())
        {
            var left = end - Now;
            var wait = left < idleMax ? left : idleMax;
            var next = await _queue.Peek(waiting, wait > TimeSpan.Zero ? wait : TimeSpan.Zero, cancellation).ConfigureAwait(false);
            if (next is null || !keep(next.Message))
            {
                break;
            }

            last = (await _queue.Take(waiting, TimeSpan.Zero, cancellation).ConfigureAwait(false))!;
        }

        _lastMessage = last;
        _lastWasNoMsg = true;   // a wait to the end of Within is what was asked for
    }

    private async Task<IReadOnlyList<T>> While<T>(
        Waiting waiting,
        Predicate<T> shouldContinue,
        TimeSpan? max,
        TimeSpan? idle,
        int countMax,
        bool ignoresOthers,
        CancellationToken cancellation)
    {
        var kept = new List<T>();
        await Each(waiting, Keep, () => kept.Count >= countMax, max, idle, cancellation).ConfigureAwait(false);
        return kept;

        bool Keep(object message)
        {
            if (message is not T typed)
            {
                return ignoresOthers;
            }

            if (!shouldContinue(typed))
            {
                return false;
            }

            kept.Add(typed);
            return true;
        }
    }

    private async Task<IReadOnlyList<object>> TakeN(Waiting waiting, int count, TimeSpan max, CancellationToken cancellation)
    {
        var start = Now;
        var taken = new List<object>(count);
        while (taken.Count < count)
        {
            var left = start + max - Now;
            var envelope = await Take(waiting, left > TimeSpan.Zero ? left : TimeSpan.Zero, cancellation).ConfigureAwait(false);
            if (envelope is null)
            {
                _assertions.Fail(
                    "Timeout ({0}) while expecting {1} messages. Only got {2} after {3}: [{4}]",
                    max, count, taken.Count, Now - start, string.Join(", ", taken));
                break;
            }

            taken.Add(envelope.Message);
        }

        return taken;
    }
}
