using Akka.Actor;
using Akka.TestKit.Internal;

namespace Akka.TestKit;

/// <content>Expecting one message of a certain sender; timeouts as with ExpectMsg.</content>
public abstract partial class TestKitBase
{
    /// <summary>The next message must be of the type and from that sender.</summary>
    public T ExpectMsgFrom<T>(
        IActorRef sender,
        TimeSpan? duration = null,
        string hint = null!,
        CancellationToken cancellationToken = default) =>
        Expect<T>(Waiting.Blocking, duration, hint, (_, from) => CheckSender(sender, from, hint), cancellationToken)
            .GetAwaiter().GetResult();

    public ValueTask<T> ExpectMsgFromAsync<T>(
        IActorRef sender,
        TimeSpan? duration = null,
        string hint = null!,
        CancellationToken cancellationToken = default) =>
        new(Expect<T>(Waiting.Asynchronous, duration, hint, (_, from) => CheckSender(sender, from, hint), cancellationToken));

    public T ExpectMsgFrom<T>(
        IActorRef sender,
        T message,
        TimeSpan? timeout = null,
        string hint = null!,
        CancellationToken cancellationToken = default) =>
        Expect<T>(Waiting.Blocking, timeout, hint, Both<T>(CheckEqual(message, hint), CheckFrom(sender, hint)), cancellationToken)
            .GetAwaiter().GetResult();

    public ValueTask<T> ExpectMsgFromAsync<T>(
        IActorRef sender,
        T message,
        TimeSpan? timeout = null,
        string hint = null!,
        CancellationToken cancellationToken = default) =>
        new(Expect<T>(Waiting.Asynchronous, timeout, hint, Both<T>(CheckEqual(message, hint), CheckFrom(sender, hint)), cancellationToken));

    public T ExpectMsgFrom<T>(
        IActorRef sender,
        Predicate<T> isMessage,
        TimeSpan? timeout = null,
        string hint = null!,
        CancellationToken cancellationToken = default) =>
        Expect<T>(Waiting.Blocking, timeout, hint, Both<T>(CheckThat(isMessage, hint), CheckFrom(sender, hint)), cancellationToken)
            .GetAwaiter().GetResult();

    public ValueTask<T> ExpectMsgFromAsync<T>(
        IActorRef sender,
        Predicate<T> isMessage,
        TimeSpan? timeout = null,
        string hint = null!,
        CancellationToken cancellationToken = default) =>
        new(Expect<T>(Waiting.Asynchronous, timeout, hint, Both<T>(CheckThat(isMessage, hint), CheckFrom(sender, hint)), cancellationToken));

    public T ExpectMsgFrom<T>(
        Predicate<IActorRef> isSender,
        Predicate<T> isMessage,
        TimeSpan? timeout = null,
        string hint = null!,
        CancellationToken cancellationToken = default) =>
        Expect<T>(Waiting.Blocking, timeout, hint, Both<T>(CheckThat(isMessage, hint), CheckFrom(isSender, hint)), cancellationToken)
            .GetAwaiter().GetResult();

    public ValueTask<T> ExpectMsgFromAsync<T>(
        Predicate<IActorRef> isSender,
        Predicate<T> isMessage,
        TimeSpan? timeout = null,
        string hint = null!,
        CancellationToken cancellationToken = default) =>
        new(Expect<T>(Waiting.Asynchronous, timeout, hint, Both<T>(CheckThat(isMessage, hint), CheckFrom(isSender, hint)), cancellationToken));

    public T ExpectMsgFrom<T>(
        IActorRef sender,
        Action<T> assertMessage,
        TimeSpan? timeout = null,
        string hint = null!,
        CancellationToken cancellationToken = default) =>
        Expect<T>(Waiting.Blocking, timeout, hint, Both(assertMessage, CheckFrom(sender, hint)), cancellationToken)
            .GetAwaiter().GetResult();

    public ValueTask<T> ExpectMsgFromAsync<T>(
        IActorRef sender,
        Action<T> assertMessage,
        TimeSpan? timeout = null,
        string hint = null!,
        CancellationToken cancellationToken = default) =>
        new(Expect<T>(Waiting.Asynchronous, timeout, hint, Both(assertMessage, CheckFrom(sender, hint)), cancellationToken));

    public T ExpectMsgFrom<T>(
        Action<IActorRef> assertSender,
        Action<T> assertMessage,
        TimeSpan? timeout = null,
        string hint = null!,
        CancellationToken cancellationToken = default) =>
        Expect<T>(Waiting.Blocking, timeout, hint, Both(assertMessage, assertSender), cancellationToken)
            .GetAwaiter().GetResult();

    public ValueTask<T> ExpectMsgFromAsync<T>(
        Action<IActorRef> assertSender,
        Action<T> assertMessage,
        TimeSpan? timeout = null,
        string hint = null!,
        CancellationToken cancellationToken = default) =>
        new(Expect<T>(Waiting.Asynchronous, timeout, hint, Both(assertMessage, assertSender), cancellationToken));

    private static Action<T, IActorRef> Both<T>(Action<T> checkMessage, Action<IActorRef> checkSender) => (message, sender) =>
    {
        checkSender(sender);
        checkMessage(message);
    };

    private Action<T> CheckEqual<T>(T expected, string? hint) => received => _assertions.AssertEqual(expected, received, Hint(hint));

    private Action<T> CheckThat<T>(Predicate<T> isMessage, string? hint) => received => CheckMessage(isMessage(received), received, hint);

    private Action<IActorRef> CheckFrom(IActorRef expected, string? hint) => sender => CheckSender(expected, sender, hint);

    private Action<IActorRef> CheckFrom(Predicate<IActorRef> isSender, string? hint) => sender =>
        _assertions.AssertTrue(
            isSender(sender), "The sender {0} is not as expected. {1}", sender, string.IsNullOrEmpty(hint) ? "" : hint);

    private void CheckSender(IActorRef expected, IActorRef sender, string? hint) =>
        _assertions.AssertEqual(expected, sender, $"{Hint(hint)} Expected the message to be from {expected}, it is from {sender}.");
}
