using Akka.Actor;
using Akka.TestKit.Internal;

namespace Akka.TestKit.TestEvent;

/// <summary>To the test event listener: no longer print what these filters match.</summary>
public sealed class Mute : INoSerializationVerificationNeeded
{
    public Mute(params IEventFilter[] filters) => Filters = filters;

    public Mute(IReadOnlyCollection<IEventFilter> filters) => Filters = filters;

    public IReadOnlyCollection<IEventFilter> Filters { get; }
}
