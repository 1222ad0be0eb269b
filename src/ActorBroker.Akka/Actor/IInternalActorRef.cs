using Akka.Dispatch.SysMsg;

namespace Akka.Actor;

/// <summary>What the runtime itself asks of a reference.</summary>
public interface IInternalActorRef : IActorRef, IActorRefScope
{
    IInternalActorRef Parent { get; }

    IActorRefProvider Provider { get; }

    bool IsTerminated { get; }

    /// <summary>The descendant of that relative path (".." and "" are understood), or <see cref="Nobody"/>.</summary>
    IActorRef GetChild(IReadOnlyList<string> name);

    void Resume(Exception? causedByFailure = null);

    void Start();

    void Stop();

    void Restart(Exception cause);

    void Suspend();

    /// <summary>Queues ahead of all user messages.</summary>
    void SendSystemMessage(ISystemMessage message);
}
