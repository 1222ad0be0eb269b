using System.Collections.Immutable;
using Akka.Actor;

namespace Akka.Persistence.Journal;

/// <summary>Keeps events in memory, for tests: <c>akka.persistence.journal.inmem</c>.</summary>
/// <remarks>Replays run on other threads than writes, so what they read is immutable.</remarks>
public class MemoryJournal : AsyncWriteJournal
{
    private ImmutableDictionary<string, Events> _events = ImmutableDictionary<string, Events>.Empty;

    public override Task<long> ReadHighestSequenceNrAsync(string persistenceId, long fromSequenceNr) => Task.FromResult(Of(persistenceId).Highest);

    public override Task ReplayMessagesAsync(
        IActorContext context,
        string persistenceId,
        long fromSequenceNr,
        long toSequenceNr,
        long max,
        Action<IPersistentRepresentation> recoveryCallback)
    {
        ArgumentNullException.ThrowIfNull(recoveryCallback);
        var left = max;
        foreach (var persistent in Of(persistenceId).List)
        {
            if (persistent.SequenceNr >= fromSequenceNr && persistent.SequenceNr <= toSequenceNr && left-- > 0)
            {
                recoveryCallback(persistent);
            }
        }

        return Task.CompletedTask;
    }

#nullable disable annotations // as in the base
    protected override Task<IImmutableList<Exception>> WriteMessagesAsync(IEnumerable<AtomicWrite> messages)
    {
        ArgumentNullException.ThrowIfNull(messages);
        foreach (var write in messages)
        {
            var before = Of(write.PersistenceId);
            Set(write.PersistenceId, new Events(before.List.AddRange(write.Events), Math.Max(before.Highest, write.HighestSequenceNr)));
        }

        return Task.FromResult<IImmutableList<Exception>>(null);
    }
#nullable restore annotations

    protected override Task DeleteMessagesToAsync(string persistenceId, long toSequenceNr)
    {
        var before = Of(persistenceId);
        Set(persistenceId, before with { List = before.List.RemoveAll(one => one.SequenceNr <= toSequenceNr) });
        return Task.CompletedTask;
    }

    private Events Of(string persistenceId) => Volatile.Read(ref _events).GetValueOrDefault(persistenceId, Events.None);

    private void Set(string persistenceId, Events events) => Volatile.Write(ref _events, _events.SetItem(persistenceId, events));

    private sealed record Events(ImmutableList<IPersistentRepresentation> List, long Highest)
    {
        public static readonly Events None = new([], 0);
    }
}
