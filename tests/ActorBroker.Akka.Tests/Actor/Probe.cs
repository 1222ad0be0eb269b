using System.Collections.Concurrent;
using Akka.Actor;

namespace ActorBroker.Akka.Tests.Actor;

/// <summary>An actor that keeps what it gets, for a test that waits for it. Independent of the test kit, which rests on what is tested here.</summary>
internal sealed class Probe
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly BlockingCollection<(object Message, IActorRef Sender)> _received = [];

    public Probe(IActorRefFactory system) => Ref = system.ActorOf(Props.Create(() => new Keeper(_received)));

    public IActorRef Ref { get; }

    public IActorRef LastSender { get; private set; } = ActorRefs.Nobody;

    /// <summary>The next message, which must be of that type.</summary>
    public T Expect<T>()
    {
        Assert.True(_received.TryTake(out var next, Patience), $"nothing came, a {typeof(T).Name} was expected");
        LastSender = next.Sender;
        return Assert.IsAssignableFrom<T>(next.Message);
    }

    public void Expect(object message) => Assert.Equal(message, Expect<object>());

    /// <summary>The messages in order, and nothing between them.</summary>
    public void ExpectAll(params object[] messages)
    {
        foreach (var message in messages)
        {
            Expect(message);
        }
    }

    /// <summary>Nothing is there: sound only after a message that would have come later.</summary>
    public void ExpectNothingWaits() => Assert.False(_received.TryTake(out var next), $"{next.Message} came");

    public void Watch(IActorRef subject) => Ref.Tell(new WatchThis(subject, null), ActorRefs.NoSender);

    public void WatchWith(IActorRef subject, object message) => Ref.Tell(new WatchThis(subject, message), ActorRefs.NoSender);

    public void Unwatch(IActorRef subject) => Ref.Tell(new UnwatchThis(subject), ActorRefs.NoSender);

    /// <summary>Waits until the probe has handled everything sent to it so far.</summary>
    public void Sync()
    {
        var marker = new object();
        Ref.Tell(marker, ActorRefs.NoSender);
        Expect(marker);
    }

    private sealed record WatchThis(IActorRef Subject, object? Message);

    private sealed record UnwatchThis(IActorRef Subject);

    private sealed class Keeper(BlockingCollection<(object Message, IActorRef Sender)> received) : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            switch (message)
            {
                case WatchThis { Message: { } instead } watch:
                    Context.WatchWith(watch.Subject, instead);
                    break;
                case WatchThis watch:
                    Context.Watch(watch.Subject);
                    break;
                case UnwatchThis unwatch:
                    Context.Unwatch(unwatch.Subject);
                    break;
                default:
                    received.Add((message, Sender));
                    break;
            }
        }
    }
}
