using Akka.Actor;

namespace Akka.Dispatch.MessageQueues;

/// <summary>User messages of one mailbox. Many threads put in; one at a time takes out.</summary>
public interface IMessageQueue
{
    bool HasMessages { get; }

    int Count { get; }

    void Enqueue(IActorRef receiver, Envelope envelope);

    bool TryDequeue(out Envelope envelope);

    /// <summary>Moves what is left to the dead letters.</summary>
    void CleanUp(IActorRef owner, IMessageQueue deadletters);
}
