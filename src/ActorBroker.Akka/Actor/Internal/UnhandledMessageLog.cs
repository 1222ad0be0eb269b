using Akka.Event;

namespace Akka.Actor.Internal;

/// <summary>Logs unhandled messages at debug level (<c>akka.actor.debug.unhandled</c>).</summary>
internal sealed class UnhandledMessageLog(ActorSystemImpl system) : MinimalActorRef
{
    public override ActorPath Path { get; } = system.LookupRoot.Path / "UnhandledMessageForwarder";

    public override IActorRefProvider Provider => system.Provider;

    protected override void TellInternal(object message, IActorRef sender)
    {
        if (message is UnhandledMessage unhandled)
        {
            system.EventStream.Publish(new Debug(
                unhandled.Recipient.Path.ToString(),
                unhandled.Recipient.GetType(),
                $"Unhandled message from {unhandled.Sender} : {unhandled.Message}"));
        }
    }
}
