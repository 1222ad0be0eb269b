using System.Collections.Immutable;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using Akka.Persistence;
using Akka.Persistence.Journal;
using Akka.Persistence.Snapshot;
using Serializing = Akka.Serialization.Serialization;

namespace ActorBroker.LocalFiles;

/// <summary>Keeps the events of each persistence id in a <see cref="JournalFile"/>: <c>akka.persistence.journal.local-file</c>.</summary>
/// <remarks>
/// Does its I/O inline: its dispatcher gives it a thread of its own. One journal may have the folder at a time. Events that
/// cannot be serialized are rejected; when the disk fails, the file is closed and read again at the next use.
/// </remarks>
public sealed class LocalFileJournal : AsyncWriteJournal
{
    /// <summary>Far below what a frame may be, so that one more write never exceeds it.</summary>
    private const long JoinedBytesMax = 16 * ByteSizes.MiB;

    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Serializing _serialization = Context.System.Serialization;
    private readonly Dictionary<string, JournalFile> _open = new(StringComparer.Ordinal);
    private readonly LinkedList<string> _lastUsed = new();
    private readonly string _folder;
    private readonly bool _mustFlush;
    private readonly int _openFilesMax;
    private readonly long _compactBytesMin;

    /// <param name="config">The plug-in's section.</param>
    public LocalFileJournal(Config config)
    {
        ArgumentNullException.ThrowIfNull(config);
        var folder = config.GetString("dir", "");
        _folder = folder.Length > 0 ? folder : throw new ConfigurationException($"{Self.Path.Name}.dir is not set: where do events go?");
        _mustFlush = config.GetBoolean("fsync", true);
        _openFilesMax = Math.Max(1, config.GetInt("open-files-max", 256));
        _compactBytesMin = config.GetByteSize("compact-bytes-min", 64 * ByteSizes.KiB) ?? 64 * ByteSizes.KiB;
    }

    public override Task<long> ReadHighestSequenceNrAsync(string persistenceId, long fromSequenceNr) =>
        Task.FromResult(Exists(persistenceId) ? Use(persistenceId, file => file.HighestSequenceNr) : 0L);

    public override Task ReplayMessagesAsync(
        IActorContext context,
        string persistenceId,
        long fromSequenceNr,
        long toSequenceNr,
        long max,
        Action<IPersistentRepresentation> recoveryCallback)
    {
        ArgumentNullException.ThrowIfNull(recoveryCallback);
        Use(persistenceId, file =>
        {
            var left = max;
            foreach (var one in file.Read(fromSequenceNr, toSequenceNr))
            {
                if (left-- <= 0)
                {
                    break;
                }

                recoveryCallback(new Persistent(
                    _serialization.Deserialize(one.Payload.ToArray(), one.SerializerId, one.SerializerManifest),
                    one.SequenceNr, persistenceId, one.EventManifest, writerGuid: one.WriterGuid, timestamp: one.Timestamp));
            }

            return true;
        });
        return Task.CompletedTask;
    }

    protected override Task<IImmutableList<Exception>> WriteMessagesAsync(IEnumerable<AtomicWrite> messages)
    {
        ArgumentNullException.ThrowIfNull(messages);
        var refusals = ImmutableArray.CreateBuilder<Exception>();
        var accepted = new List<(string PersistenceId, List<StoredEvent> Events)>();
        foreach (var write in messages)
        {
            var (events, refusal) = Serialize(write);
            refusals.Add(refusal!);
            if (events is null)
            {
                continue;
            }

            // Writes of one actor that wait together go to the disk together.
            if (accepted.Count > 0 && accepted[^1].PersistenceId == write.PersistenceId && BytesOf(accepted[^1].Events) < JoinedBytesMax)
            {
                accepted[^1].Events.AddRange(events);
            }
            else
            {
                accepted.Add((write.PersistenceId, events));
            }
        }

        foreach (var (persistenceId, events) in accepted)
        {
            Use(persistenceId, file =>
            {
                file.Append(events);
                return true;
            });
        }

        return Task.FromResult<IImmutableList<Exception>>(refusals.ToImmutable());
    }

    protected override Task DeleteMessagesToAsync(string persistenceId, long toSequenceNr)
    {
        if (!Exists(persistenceId))
        {
            return Task.CompletedTask;
        }

        Use(persistenceId, file =>
        {
            file.DeleteTo(toSequenceNr);
            return true;
        });
        if (_open[persistenceId] is var file && file.DeadBytes >= _compactBytesMin && file.DeadBytes >= file.Bytes / 2)
        {
            Use(persistenceId, open =>
            {
                _open[persistenceId] = open.Compacted(persistenceId);
                return true;
            });
        }

        return Task.CompletedTask;
    }

    protected override void PreStart()
    {
        Directory.CreateDirectory(_folder);
        base.PreStart();
    }

    protected override void PostStop()
    {
        foreach (var file in _open.Values)
        {
            file.Dispose();
        }

        _open.Clear();
        base.PostStop();
    }

    private static long BytesOf(List<StoredEvent> events) => events.Sum(one => (long)one.Payload.Length);

    /// <summary>An actor that has written nothing must not leave a file behind by asking.</summary>
    private bool Exists(string persistenceId) => _open.ContainsKey(persistenceId) || File.Exists(PathOf(persistenceId));

    private string PathOf(string persistenceId) => Path.Combine(_folder, FileNames.Escape(persistenceId) + ".journal");

    private (List<StoredEvent>? Events, Exception? Refusal) Serialize(AtomicWrite write)
    {
        try
        {
            return ([.. write.Events.Select(ToStored)], null);
        }
        catch (Exception failure)
        {
            // Nothing is written; the actor hears why in OnPersistRejected.
            return (null, failure);
        }
    }

    private StoredEvent ToStored(IPersistentRepresentation persistent)
    {
        var payload = persistent.Payload is Tagged tagged ? tagged.Payload : persistent.Payload;
        var serializer = _serialization.FindSerializerFor(payload);
        var (manifest, bytes) = Serializing.WithTransport(
            _serialization.System, () => (Serializing.ManifestFor(serializer, payload), serializer.ToBinary(payload)));
        return new StoredEvent(
            persistent.SequenceNr, persistent.Timestamp, persistent.WriterGuid, persistent.Manifest, serializer.Identifier, manifest, bytes);
    }

    /// <summary>Does something with the open file of an id. A failure closes it: what is on the disk is what counts then.</summary>
    private TResult Use<TResult>(string persistenceId, Func<JournalFile, TResult> use)
    {
        try
        {
            return use(FileOf(persistenceId));
        }
        catch
        {
            // The caller tells the actor.
            Close(persistenceId);
            throw;
        }
    }

    private JournalFile FileOf(string persistenceId)
    {
        if (_open.TryGetValue(persistenceId, out var open))
        {
            if (_lastUsed.Last!.Value != persistenceId)
            {
                _lastUsed.Remove(persistenceId);
                _lastUsed.AddLast(persistenceId);
            }

            return open;
        }

        if (_open.Count >= _openFilesMax)
        {
            Close(_lastUsed.First!.Value);
        }

        var path = PathOf(persistenceId);
        var file = JournalFile.Open(path, persistenceId, _mustFlush);
        if (file.CutBytes > 0)
        {
            _log.Warning(
                "{0}: cut {1} bytes after event {2} in {3}: the last write was torn and never acknowledged. Every event before it is whole.",
                persistenceId, file.CutBytes, file.HighestSequenceNr, path);
        }

        _open.Add(persistenceId, file);
        _lastUsed.AddLast(persistenceId);
        return file;
    }

    private void Close(string persistenceId)
    {
        if (_open.Remove(persistenceId, out var file))
        {
            _lastUsed.Remove(persistenceId);
            file.Dispose();
        }
    }
}
