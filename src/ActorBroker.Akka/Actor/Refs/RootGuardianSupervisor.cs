using Akka.Dispatch.SysMsg;
using Akka.Event;

namespace Akka.Actor;

/// <summary>Above the root: hears of the end of the tree.</summary>
internal sealed class RootGuardianSupervisor(RootActorPath root, IActorRefProvider provider, TaskCompletionSource terminated, EventStream events)
    : MinimalActorRef
{
    public override ActorPath Path { get; } = root / "_Root-guardian-supervisor";   // no actor can have this name

    public override IActorRefProvider Provider { get; } = provider;

    public override void SendSystemMessage(ISystemMessage message)
    {
        switch (message)
        {
            case Failed failed:
                events.Publish(new Error(failed.Cause, Path.ToString(), typeof(RootGuardianSupervisor), "guardian failed, shutting down system"));
                ((IInternalActorRef)failed.Child).Stop();
                break;
            case DeathWatchNotification:
                terminated.TrySetResult();
                break;
        }
    }
}
