using Akka.Actor;

namespace ActorBroker.Tests.Controller;

/// <summary>A reference that keeps what it is told.</summary>
internal sealed class Letterbox : MinimalActorRef
{
    private readonly List<object> _messages = [];

    public IReadOnlyList<object> Messages => _messages;

    public override ActorPath Path { get; } = new RootActorPath(new Address("akka", "test")) / "letterbox";

    public override IActorRefProvider Provider => throw new NotSupportedException("a letterbox is in no actor system");

    /// <summary>What came since the last look.</summary>
    public object[] Take()
    {
        object[] taken = [.. _messages];
        _messages.Clear();
        return taken;
    }

    /// <summary>The one message that came since the last look.</summary>
    public T One<T>() => Assert.IsType<T>(Assert.Single(Take()));

    protected override void TellInternal(object message, IActorRef sender) => _messages.Add(message);
}
