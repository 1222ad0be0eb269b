using ActorBroker.Limits;
using ActorBroker.Partitions;

namespace ActorBroker.Sessions;

/// <summary>Gives back what a reply carries when its request is over already.</summary>
internal static class ReplyReturns
{
    /// <param name="memory">What the reply was read for.</param>
    public static void GiveBack(IReply reply, LimitShare? memory = null)
    {
        if (reply is Fetched { Batches: { } batches } fetched)
        {
            batches.Dispose();
            memory?.Give(fetched.BytesTaken);
        }
    }
}
