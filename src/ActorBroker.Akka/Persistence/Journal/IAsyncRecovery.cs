using Akka.Actor;

namespace Akka.Persistence.Journal;

/// <summary>How a journal gives events back.</summary>
public interface IAsyncRecovery
{
    /// <summary>Calls back for each event of the range, inclusive, in order.</summary>
    /// <param name="max">Most events.</param>
    Task ReplayMessagesAsync(
        IActorContext context,
        string persistenceId,
        long fromSequenceNr,
        long toSequenceNr,
        long max,
        Action<IPersistentRepresentation> recoveryCallback);

    /// <summary>The number of the last event that was ever written under that id, deleted or not; 0 for none.</summary>
    /// <param name="fromSequenceNr">A hint: it is not lower.</param>
    Task<long> ReadHighestSequenceNrAsync(string persistenceId, long fromSequenceNr);
}
