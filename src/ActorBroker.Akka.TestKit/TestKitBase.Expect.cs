using Akka.Actor;
using Akka.TestKit.Internal;

namespace Akka.TestKit;

/// <content>Expecting one message. A timeout that is given is dilated; without one it is the time that is left in the innermost
/// Within, outside of one <c>akka.test.single-expect-default</c>.</content>
public abstract partial class TestKitBase
{
    /// <summary>The next message must be of the type.</summary>
    public T ExpectMsg<T>(
        TimeSpan? duration = null, string hint = null!, CancellationToken cancellationToken = default) =>
        Expect<T>(Waiting.Blocking, duration, hint, null, cancellationToken).GetAwaiter().GetResult();

    public ValueTask<T> ExpectMsgAsync<T>(
        TimeSpan? duration = null, string hint = null!, CancellationToken cancellationToken = default) =>
        new(Expect<T>(Waiting.Asynchronous, duration, hint, null, cancellationToken));

    /// <summary>The next message must equal the given one.</summary>
    public T ExpectMsg<T>(
        T message, TimeSpan? timeout = null, string hint = null!, CancellationToken cancellationToken = default) =>
        Expect<T>(Waiting.Blocking, timeout, hint, (received, _) => _assertions.AssertEqual(message, received, Hint(hint)), cancellationToken).GetAwaiter().GetResult();

    public ValueTask<T> ExpectMsgAsync<T>(
        T message, TimeSpan? timeout = null, string hint = null!, CancellationToken cancellationToken = default) =>
        new(Expect<T>(Waiting.Asynchronous, timeout, hint, (received, _) => _assertions.AssertEqual(message, received, Hint(hint)), cancellationToken));

    /// <summary>The next message must be of the type and as the predicate says.</summary>
    public T ExpectMsg<T>(
        Predicate<T> isMessage, TimeSpan? timeout = null, string hint = null!, CancellationToken cancellationToken = default) =>
        Expect<T>(Waiting.Blocking, timeout, hint, (received, _) => CheckMessage(isMessage(received), received, hint), cancellationToken).GetAwaiter().GetResult();

    public ValueTask<T> ExpectMsgAsync<T>(
        Predicate<T> isMessage, TimeSpan? timeout = null, string hint = null!, CancellationToken cancellationToken = default) =>
        new(Expect<T>(Waiting.Asynchronous, timeout, hint, (received, _) => CheckMessage(isMessage(received), received, hint), cancellationToken));

    /// <summary>The next message must be of the type and pass the assertions of the action.</summary>
    public T ExpectMsg<T>(
        Action<T> assert, TimeSpan? timeout = null, string hint = null!, CancellationToken cancellationToken = default) =>
        Expect<T>(Waiting.Blocking, timeout, hint, (received, _) => assert(received), cancellationToken).GetAwaiter().GetResult();

    public ValueTask<T> ExpectMsgAsync<T>(
        Action<T> assert, TimeSpan? timeout = null, string hint = null!, CancellationToken cancellationToken = default) =>
        new(Expect<T>(Waiting.Asynchronous, timeout, hint, (received, _) => assert(received), cancellationToken));

    public T ExpectMsg<T>(
        Func<T, IActorRef, bool> isMessageAndSender, TimeSpan? timeout = null, string hint = null!, CancellationToken cancellationToken = default) =>
        Expect<T>(Waiting.Blocking, timeout, hint, (received, sender) => CheckMessage(isMessageAndSender(received, sender), received, hint), cancellationToken).GetAwaiter().GetResult();

    public ValueTask<T> ExpectMsgAsync<T>(
        Func<T, IActorRef, bool> isMessageAndSender, TimeSpan? timeout = null, string hint = null!, CancellationToken cancellationToken = default) =>
        new(Expect<T>(Waiting.Asynchronous, timeout, hint, (received, sender) => CheckMessage(isMessageAndSender(received, sender), received, hint), cancellationToken));

    public T ExpectMsg<T>(
        Action<T, IActorRef> assertMessageAndSender, TimeSpan? timeout = null, string hint = null!, CancellationToken cancellationToken = default) =>
        Expect<T>(Waiting.Blocking, timeout, hint, assertMessageAndSender, cancellationToken).GetAwaiter().GetResult();

    public ValueTask<T> ExpectMsgAsync<T>(
        Action<T, IActorRef> assertMessageAndSender, TimeSpan? timeout = null, string hint = null!, CancellationToken cancellationToken = default) =>
        new(Expect<T>(Waiting.Asynchronous, timeout, hint, assertMessageAndSender, cancellationToken));

    public T ExpectMsg<T>(
        T expected, Func<T, T, bool> comparer, TimeSpan? timeout = null, string hint = null!, CancellationToken cancellationToken = default) =>
        Expect<T>(Waiting.Blocking, timeout, hint, (received, _) => _assertions.AssertEqual(expected, received, comparer, Hint(hint)), cancellationToken).GetAwaiter().GetResult();

    public ValueTask<T> ExpectMsgAsync<T>(
        T expected, Func<T, T, bool> comparer, TimeSpan? timeout = null, string hint = null!, CancellationToken cancellationToken = default) =>
        new(Expect<T>(Waiting.Asynchronous, timeout, hint, (received, _) => _assertions.AssertEqual(expected, received, comparer, Hint(hint)), cancellationToken));

    /// <summary>The next message must say that the actor has terminated.</summary>
    public Terminated ExpectTerminated(
        IActorRef target, TimeSpan? timeout = null, string hint = null!, CancellationToken cancellationToken = default) =>
        Expect<Terminated>(
            Waiting.Blocking, timeout, hint, (received, _) => CheckTerminated(received, target, hint), cancellationToken)
            .GetAwaiter().GetResult();

    public ValueTask<Terminated> ExpectTerminatedAsync(
        IActorRef target, TimeSpan? timeout = null, string hint = null!, CancellationToken cancellationToken = default) =>
        new(Expect<Terminated>(
            Waiting.Asynchronous, timeout, hint, (received, _) => CheckTerminated(received, target, hint), cancellationToken));

    /// <summary>No message must come for the rest of the innermost Within, outside of one for
    /// <c>akka.test.expect-no-message-default</c>.</summary>
    public void ExpectNoMsg(CancellationToken cancellationToken = default) =>
        ExpectNone(Waiting.Blocking, NoMessageRemainingOrDefault, cancellationToken).GetAwaiter().GetResult();

    public ValueTask ExpectNoMsgAsync(CancellationToken cancellationToken = default) =>
        new(ExpectNone(Waiting.Asynchronous, NoMessageRemainingOrDefault, cancellationToken));

    /// <param name="duration">Dilated.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public void ExpectNoMsg(TimeSpan duration, CancellationToken cancellationToken = default) =>
        ExpectNone(Waiting.Blocking, Dilated(duration), cancellationToken).GetAwaiter().GetResult();

    public ValueTask ExpectNoMsgAsync(TimeSpan duration, CancellationToken cancellationToken = default) =>
        new(ExpectNone(Waiting.Asynchronous, Dilated(duration), cancellationToken));

    public void ExpectNoMsg(int milliseconds, CancellationToken cancellationToken = default) =>
        ExpectNoMsg(TimeSpan.FromMilliseconds(milliseconds), cancellationToken);

    public ValueTask ExpectNoMsgAsync(int milliseconds, CancellationToken cancellationToken = default) =>
        ExpectNoMsgAsync(TimeSpan.FromMilliseconds(milliseconds), cancellationToken);

    private static string Hint(string? hint) => string.IsNullOrEmpty(hint) ? "" : hint.Replace("{", "{{").Replace("}", "}}");

    private async Task<T> Expect<T>(
        Waiting waiting, TimeSpan? timeout, string? hint, Action<T, IActorRef>? check, CancellationToken cancellation)
    {
        var limit = RemainingOrDilated(timeout);
        var envelope = await Take(waiting, limit, cancellation).ConfigureAwait(false);
        if (envelope is null)
        {
            _assertions.Fail(
                "Failed: Timeout {0} while waiting for a message of type {1} {2}", limit, typeof(T), Hint(hint));
            return default!;
        }

        if (envelope.Message is not T received)
        {
            _assertions.Fail(
                "Failed: Expected a message of type {0}, but received {{{1}}} (type {2}) instead {3} from {4}",
                typeof(T), envelope.Message, envelope.Message?.GetType().ToString() ?? "null", Hint(hint), envelope.Sender);
            return default!;
        }

        check?.Invoke(received, envelope.Sender);
        return received;
    }

    private async Task ExpectNone(Waiting waiting, TimeSpan duration, CancellationToken cancellation)
    {
        if (await Take(waiting, duration, cancellation).ConfigureAwait(false) is { } envelope)
        {
            _assertions.Fail(
                "Failed: Expected no messages during {0}, instead we received {1} (type {2})",
                duration, envelope, envelope.Message?.GetType().ToString() ?? "null");
        }
    }

    private void CheckMessage<T>(bool isMessage, T received, string? hint) =>
        _assertions.AssertTrue(
            isMessage, "Got a message of the expected type <{0}>. Also expected {1} but the message {{{2}}} did not match",
            typeof(T), string.IsNullOrEmpty(hint) ? "the predicate to return true" : hint, received!);

    private void CheckTerminated(Terminated received, IActorRef target, string? hint) =>
        _assertions.AssertEqual(
            target, received.ActorRef, $"{Hint(hint)} Expected actor {target} to be terminated. Got {received.ActorRef} instead.");
}
