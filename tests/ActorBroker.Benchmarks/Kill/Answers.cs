using ActorBroker.Kafka;

namespace ActorBroker.Benchmarks.Kill;

/// <summary>What an error in an answer means here, where no disk fails and nobody is without a right.</summary>
internal static class Answers
{
    /// <summary>The node is starting: a client asks again.</summary>
    public static bool IsPassing(short error) => (ErrorCode)error is
        ErrorCode.UnknownTopicOrPartition or ErrorCode.LeaderNotAvailable or ErrorCode.NotLeaderOrFollower or ErrorCode.RequestTimedOut
        or ErrorCode.CoordinatorLoadInProgress or ErrorCode.CoordinatorNotAvailable or ErrorCode.NotCoordinator or ErrorCode.NotController;

    /// <exception cref="IOException">The client has to begin anew.</exception>
    /// <exception cref="PromiseBrokenException">No node may answer this here.</exception>
    public static void Demand(short error, string what)
    {
        if (IsPassing(error))
        {
            throw new IOException($"{what}: {(ErrorCode)error}");
        }

        if (error != 0)
        {
            throw new PromiseBrokenException($"{what} was answered with {(ErrorCode)error}");
        }
    }
}
