using Akka.Actor;

namespace Akka.Persistence;

/// <summary>The last message of a recovery; commands come after it.</summary>
public sealed class RecoveryCompleted
{
    public static readonly RecoveryCompleted Instance = new();

    private RecoveryCompleted()
    {
    }

    public override bool Equals(object? obj) => obj is RecoveryCompleted;

    public override int GetHashCode() => nameof(RecoveryCompleted).GetHashCode(StringComparison.Ordinal);
}

/// <summary>Ticks while an actor recovers; nothing in between means that the plug-in is silent.</summary>
public sealed class RecoveryTick(bool snapshot)
{
    /// <summary>Waiting for the snapshot, not for events.</summary>
    public bool Snapshot { get; } = snapshot;
}

/// <summary>Nothing came from the plug-in for <c>recovery-event-timeout</c>.</summary>
public sealed class RecoveryTimedOutException : AkkaException
{
    public RecoveryTimedOutException()
    {
    }

    public RecoveryTimedOutException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }
}
