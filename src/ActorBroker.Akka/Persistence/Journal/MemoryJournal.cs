using System.Collections.Concurrent;
using System.Collections.Immutable;
using Akka.Actor;

namespace Akka.Persistence.Journal;

/// <summary>Events in memory, for tests.</summary>
public class MemoryJournal : AsyncWriteJournal
{
    private readonly ConcurrentDictionary<string, Stream> _streams = new();

    public override Task ReplayMessagesAsync(
        IActorContext context, string persistenceId, long fromSequenceNr, long toSequenceNr, long max, Action<IPersistentRepresentation> recoveryCallback)
    {
        ArgumentNullException.ThrowIfNull(recoveryCallback);
        var replayed = 0L;
        foreach (var persistent in Of(persistenceId).Snapshot())
        {
            if (persistent.SequenceNr >= fromSequenceNr && persistent.SequenceNr <= toSequenceNr && replayed < max)
            {
                recoveryCallback(persistent);
                replayed++;
            }
        }

        return Task.CompletedTask;
    }

    public override Task<long> ReadHighestSequenceNrAsync(string persistenceId, long fromSequenceNr) => Task.FromResult(Of(persistenceId).Highest);

    protected override Task<IImmutableList<Exception>> WriteMessagesAsync(IEnumerable<AtomicWrite> messages)
    {
        ArgumentNullException.ThrowIfNull(messages);
        foreach (var write in messages)
        {
            foreach (var persistent in (IEnumerable<IPersistentRepresentation>)write.Payload)
            {
                Of(persistent.PersistenceId).Add(persistent);
            }
        }

        return Task.FromResult<IImmutableList<Exception>>(null!);
    }

    protected override Task DeleteMessagesToAsync(string persistenceId, long toSequenceNr)
    {
        Of(persistenceId).DeleteTo(toSequenceNr);
        return Task.CompletedTask;
    }

    private Stream Of(string persistenceId) => _streams.GetOrAdd(persistenceId, _ => new Stream());

    private sealed class Stream
    {
        private ImmutableList<IPersistentRepresentation> _events = [];

        public long Highest { get; private set; }

        public ImmutableList<IPersistentRepresentation> Snapshot() => _events;

        public void Add(IPersistentRepresentation persistent)
        {
            _events = _events.Add(persistent);
            Highest = Math.Max(Highest, persistent.SequenceNr);
        }

        public void DeleteTo(long toSequenceNr) => _events = _events.RemoveAll(persistent => persistent.SequenceNr <= toSequenceNr);
    }
}
