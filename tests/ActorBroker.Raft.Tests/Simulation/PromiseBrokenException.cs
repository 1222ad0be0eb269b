namespace ActorBroker.Raft.Tests.Simulation;

/// <summary>A promise of Raft was broken in a simulated world.</summary>
public sealed class PromiseBrokenException : Exception
{
    public PromiseBrokenException(string message)
        : base(message)
    {
    }

    public PromiseBrokenException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
