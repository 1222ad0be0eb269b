using Akka.Actor;
using Akka.Configuration;

namespace Akka.Persistence;

/// <summary>Which journal and which snapshot store, under which name.</summary>
public interface IPersistentIdentity
{
    /// <summary>Whose events: unique among all persistent actors that use the journal, and the same in the actor's next life.</summary>
    string PersistenceId { get; }

    /// <summary>Path of the plug-in's configuration; "" for <c>akka.persistence.journal.plugin</c>.</summary>
    string JournalPluginId { get; }

    /// <summary>Path of the plug-in's configuration; "" for <c>akka.persistence.snapshot-store.plugin</c>.</summary>
    string SnapshotPluginId { get; }
}

/// <summary>How an actor recovers.</summary>
public interface IPersistenceRecovery
{
    Recovery Recovery { get; }
}

/// <summary>What an actor does with commands for which its internal stash has no room.</summary>
public interface IPersistenceStash : IWithUnboundedStash
{
    IStashOverflowStrategy InternalStashOverflowStrategy { get; }
}

/// <summary>One of <see cref="ThrowOverflowExceptionStrategy"/>, <see cref="DiscardToDeadLetterStrategy"/>, <see cref="ReplyToStrategy"/>.</summary>
public interface IStashOverflowStrategy
{
}

/// <summary>Named in <c>akka.persistence.internal-stash-overflow-strategy</c>.</summary>
public interface IStashOverflowStrategyConfigurator
{
    IStashOverflowStrategy Create(Config config);
}

/// <summary>Saves and finds snapshots.</summary>
public interface ISnapshotter
{
    string SnapshotterId { get; }

    long SnapshotSequenceNr { get; }

    void LoadSnapshot(string persistenceId, SnapshotSelectionCriteria criteria, long toSequenceNr);

    void SaveSnapshot(object snapshot);

    void DeleteSnapshot(long sequenceNr);

    void DeleteSnapshots(SnapshotSelectionCriteria criteria);
}
