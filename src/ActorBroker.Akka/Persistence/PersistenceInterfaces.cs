using Akka.Actor;

namespace Akka.Persistence;

/// <summary>Who a persistent actor is, across restarts.</summary>
public interface IPersistentIdentity
{
    string PersistenceId { get; }

    /// <summary>Configuration path of the journal; empty: the configured default.</summary>
    string JournalPluginId { get; }

    /// <summary>Configuration path of the snapshot store; empty: the configured default.</summary>
    string SnapshotPluginId { get; }
}

/// <summary>How it recovers.</summary>
public interface IPersistenceRecovery
{
    Recovery Recovery { get; }
}

/// <summary>It stashes, without and on behalf of the user.</summary>
public interface IPersistenceStash : IWithUnboundedStash
{
    IStashOverflowStrategy InternalStashOverflowStrategy { get; }
}

/// <summary>What happens to a command that does not fit the stash any more.</summary>
public interface IStashOverflowStrategy
{
}

/// <summary>Drop it to dead letters.</summary>
public sealed class DiscardToDeadLetterStrategy : IStashOverflowStrategy
{
    public static readonly DiscardToDeadLetterStrategy Instance = new();

    private DiscardToDeadLetterStrategy()
    {
    }
}

/// <summary>Throw <see cref="StashOverflowException"/>.</summary>
public sealed class ThrowOverflowExceptionStrategy : IStashOverflowStrategy
{
    public static readonly ThrowOverflowExceptionStrategy Instance = new();

    private ThrowOverflowExceptionStrategy()
    {
    }
}

/// <summary>Answer its sender and drop it.</summary>
public sealed class ReplyToStrategy(object response) : IStashOverflowStrategy
{
    public object Response { get; } = response;
}
