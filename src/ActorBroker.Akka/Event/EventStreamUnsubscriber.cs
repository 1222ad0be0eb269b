using Akka.Actor;

namespace Akka.Event;

/// <summary>Watches the subscribers of an event stream and unsubscribes those that stop.</summary>
internal sealed class EventStreamUnsubscriber : ActorBase
{
    private readonly EventStream _stream;

    public EventStreamUnsubscriber(EventStream stream) => _stream = stream;

    protected override bool Receive(object message)
    {
        switch (message)
        {
            case Register register:
                Context.Watch(register.Subscriber);
                return true;
            case UnregisterIfUnsubscribed unregister:
                if (!_stream.HasSubscription(unregister.Subscriber))
                {
                    Context.Unwatch(unregister.Subscriber);
                }

                return true;
            case Terminated terminated:
                _stream.RemoveDead(terminated.ActorRef);
                return true;
            default:
                return false;
        }
    }

    /// <summary>The actor has subscribed.</summary>
    internal sealed record Register(IActorRef Subscriber) : INoSerializationVerificationNeeded;

    /// <summary>The actor has ended a subscription, maybe its last.</summary>
    internal sealed record UnregisterIfUnsubscribed(IActorRef Subscriber) : INoSerializationVerificationNeeded;
}
