using ActorBroker.Log;
using Akka.Actor;

namespace ActorBroker.Partitions;

/// <summary>The answer to every message that a partition's clients wait for an answer to, where there is no log that could answer.</summary>
internal static class Refusals
{
    /// <returns>False: nobody waits for an answer to such a message.</returns>
    public static bool Refuse(object message, IActorRef? sender, IActorRef self, AppendError append, FetchError fetch)
    {
        switch (message)
        {
            case Append refused:
                refused.Batch.Dispose();
                sender?.Tell(new AppendRefused(refused.Id, append, Offset.None), self);
                return true;
            case Fetch refused:
                Refuse(refused.Id);
                return true;
            case FindOffset refused:
                Refuse(refused.Id);
                return true;
            case FindEpochEnd refused:
                Refuse(refused.Id);
                return true;
            case DeleteRecords refused:
                Refuse(refused.Id);
                return true;
            default:
                return false;
        }

        void Refuse(Messages.RequestId id) => sender?.Tell(new FetchRefused(id, fetch, Offset.None, Offset.None), self);
    }
}
