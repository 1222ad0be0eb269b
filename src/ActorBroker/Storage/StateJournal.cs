using System.Collections.Immutable;
using Akka.Actor;
using Akka.Persistence;
using Akka.Persistence.Journal;

namespace ActorBroker.Storage;

/// <summary>Journal plug-in for the broker's small state: one <see cref="StateFile"/> per persistent actor, each event on the
/// disk before it is acknowledged.</summary>
/// <remarks>Does its I/O inline: it runs on the I/O dispatcher.</remarks>
public sealed class StateJournal : AsyncWriteJournal
{
    private readonly NodeStorage _storage = NodeStorage.Of(Context.System);
    private readonly Akka.Serialization.Serialization _serialization = Context.System.Serialization;

    public override Task ReplayMessagesAsync(
        IActorContext context, string persistenceId, long fromSequenceNr, long toSequenceNr, long max, Action<IPersistentRepresentation> recoveryCallback)
    {
        var folder = _storage.StateFolderOf(persistenceId);
        StateFile.Read(_storage.Files, folder, out var entries, out _);
        long replayed = 0;
        foreach (var entry in entries)
        {
            if (entry.SequenceNr < fromSequenceNr || entry.SequenceNr > toSequenceNr || replayed == max)
            {
                continue;
            }

            var payload = StateRead.Value(_serialization, Path.Combine(folder, StateFile.Name), entry);
            recoveryCallback(new Persistent(payload, entry.SequenceNr, persistenceId, entry.Manifest, false, ActorRefs.NoSender, ""));
            replayed++;
        }

        return Task.CompletedTask;
    }

    public override Task<long> ReadHighestSequenceNrAsync(string persistenceId, long fromSequenceNr)
    {
        StateFile.Read(_storage.Files, _storage.StateFolderOf(persistenceId), out var entries, out var deletedTo);
        return Task.FromResult(entries.Count > 0 ? entries[^1].SequenceNr : deletedTo);
    }

    protected override Task<IImmutableList<Exception>> WriteMessagesAsync(IEnumerable<AtomicWrite> messages)
    {
        foreach (var write in messages)
        {
            var entries = new List<StateEntry>();
            foreach (var message in (IEnumerable<IPersistentRepresentation>)write.Payload)
            {
                var serializer = _serialization.FindSerializerFor(message.Payload);
                var manifest = serializer is Akka.Serialization.SerializerWithStringManifest named ? named.Manifest(message.Payload) : "";
                entries.Add(new StateEntry(message.SequenceNr, serializer.Identifier, manifest, serializer.ToBinary(message.Payload)));
            }

            StateFile.Append(_storage.Files, _storage.StateFolderOf(write.PersistenceId), entries);
        }

        return Task.FromResult<IImmutableList<Exception>>(null!);
    }

    protected override Task DeleteMessagesToAsync(string persistenceId, long toSequenceNr)
    {
        StateFile.DeleteTo(_storage.Files, _storage.StateFolderOf(persistenceId), toSequenceNr);
        return Task.CompletedTask;
    }
}
