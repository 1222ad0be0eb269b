using ActorBroker.Partitions;

namespace ActorBroker.Sessions;

/// <summary>Gives back what a reply carries when its request is over already.</summary>
internal static class ReplyReturns
{
    public static void GiveBack(IReply reply)
    {
        if (reply is Fetched { Batches: { } batches })
        {
            batches.Dispose();
        }
    }
}
