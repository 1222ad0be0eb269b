using Akka.Actor;
using Akka.TestKit.Internal;

namespace Akka.TestKit.TestEvent;

/// <summary>To the test event listener: forget these filters.</summary>
public sealed class Unmute : INoSerializationVerificationNeeded
{
    public Unmute(params IEventFilter[] filters) => Filters = filters;

    public Unmute(IReadOnlyCollection<IEventFilter> filters) => Filters = filters;

    public IReadOnlyCollection<IEventFilter> Filters { get; }
}
