using System.Collections.Immutable;
using System.Text.Json;
using ActorBroker.Log;
using ActorBroker.Messages;
using ActorBroker.Raft;
using ActorBroker.Storage;

namespace ActorBroker.Controller.Replication;

/// <summary>The metadata log of this node on its disk: a partition like any other, and a snapshot that stands for the records before its start.</summary>
/// <remarks>Owner: the controller. Every method throws <see cref="LogIOException"/> when the disk refuses; then what is durable is
/// unknown, and the controller stops.</remarks>
internal sealed class MetadataStore : IDisposable
{
    /// <summary>The internal partition's name.</summary>
    public static readonly TopicPartition Partition = new("__cluster_metadata", 0);

    private static readonly LogSettings Settings = LogSettings.Default with
    {
        SegmentBytes = 256 * ByteSizes.MiB,
        BatchBytesMax = MetadataRecords.BytesMax,
        IndexIntervalBytes = 4 * ByteSizes.KiB,
    };

    private readonly NodeStorage _storage;
    private readonly PartitionLog _log;
    private readonly string _snapshotPath;

    private MetadataStore(NodeStorage storage, PartitionLog log, string snapshotPath, MetadataSnapshot? snapshot) =>
        (_storage, _log, _snapshotPath, Snapshot) = (storage, log, snapshotPath, snapshot);

    /// <summary>What stands for the records before the log's start; null while the log holds everything.</summary>
    public MetadataSnapshot? Snapshot { get; private set; }

    public long Start => _log.Offsets.Start.Value;

    public long End => _log.Offsets.End.Value;

    /// <summary>The log as the Raft core wants to know it.</summary>
    public LogState Recovered => new(Start, End, Epochs());

    /// <exception cref="LogCorruptException">Log or snapshot are damaged.</exception>
    public static MetadataStore Open(NodeStorage storage)
    {
        var folder = storage.FolderOf(Partition);
        storage.Files.CreateFolder(folder);
        var path = Path.Combine(folder, MetadataSnapshot.FileName);
        var snapshot = storage.Files.ReadAll(path) is { } bytes ? MetadataSnapshot.Read(bytes, path) : null;
        var log = PartitionLog.Open(storage.Files, folder, Settings, storage.Clock);
        if (log.Offsets.Start.Value > (snapshot?.EndOffset ?? 0))
        {
            var start = log.Offsets.Start;
            log.Dispose();
            throw new LogCorruptException(path, 0, $"the metadata log begins at {start}, and what is before {start} is in no snapshot");
        }

        log.Flush();
        var store = new MetadataStore(storage, log, path, snapshot);
        if (snapshot is not null)
        {
            store.BeginAt(snapshot);
        }

        return store;
    }

    /// <summary>Appends one batch at the log's end, stamped with its offset and epoch.</summary>
    public void Append(byte[] batch, long offset, int epoch)
    {
        Check.That(End == offset);
        var result = _log.Append(batch, new LeaderEpoch(epoch));
        Check.That(result.Verdict == AppendVerdict.Appended);
    }

    /// <summary>Appends the leader's batches from an offset on, which is this log's end; what is before it is here already.</summary>
    /// <param name="bytes">Checked by <see cref="AreBatches"/>.</param>
    public void AppendReceived(ReadOnlyMemory<byte> bytes, long from)
    {
        Check.That(End == from);
        var batches = new BatchSequence(bytes.Span, MetadataRecords.BytesMax);
        var at = 0;
        while (batches.MoveNext())
        {
            var size = batches.Current.SizeInBytes;
            if (batches.Current.BaseOffset.Value >= from)
            {
                Check.That(_log.StageReplicated(bytes.Slice(at, size)).Verdict == AppendVerdict.Appended);
            }

            at += size;
        }

        _log.WriteStaged();
    }

    /// <summary>Whether these are whole, undamaged batches of one epoch for exactly the offsets [from, end).</summary>
    public static bool AreBatches(ReadOnlySpan<byte> bytes, long from, long end, int epoch)
    {
        var batches = new BatchSequence(bytes, MetadataRecords.BytesMax);
        while (batches.MoveNext())
        {
            var batch = batches.Current;
            if (batch.BaseOffset.Value != from || batch.Epoch.Value != epoch
                || BatchView.Read(batch.Bytes, MetadataRecords.BytesMax, out _) != BatchError.None)
            {
                return false;
            }

            from = batch.NextOffset.Value;
        }

        return batches.Error == BatchError.None && from == end;
    }

    /// <summary>Reads whole batches for a follower.</summary>
    public (byte[] Bytes, long End) Read(long from, long endMax, int bytesMax)
    {
        var read = _log.Read(new Offset(from), new Offset(endMax), bytesMax, firstBatchWhole: true);
        using var lease = read.Batches;
        return lease is null ? ([], from) : (lease.Bytes.ToArray(), read.Next.Value);
    }

    /// <summary>The events of the records in [from, end), record by record, each with the offset behind it.</summary>
    /// <exception cref="LogCorruptException">A record does not hold events, whatever its checksum says.</exception>
    public IEnumerable<(long Next, IReadOnlyList<IMetadataEvent> Events)> Events(long from, long end)
    {
        while (from < end)
        {
            var (bytes, next) = Read(from, end, ByteSizes.MiB);
            Check.That(next > from);
            foreach (var record in Decode(bytes, from))
            {
                yield return record;
            }

            from = next;
        }
    }

    public void TruncateTo(long end) => _log.TruncateTo(new Offset(end));

    public FlushTicket BeginFlush() => _log.BeginFlush();

    public void CompleteFlush(FlushTicket ticket) => _log.CompleteFlush(ticket);

    /// <summary>Takes note that a snapshot is on the disk, and deletes the records before it.</summary>
    /// <param name="snapshot">Of committed records.</param>
    public void Stored(MetadataSnapshot snapshot)
    {
        Snapshot = snapshot;
        if (_log.Offsets.HighWatermark.Value < snapshot.EndOffset)
        {
            _log.Offsets.Committed(new Offset(snapshot.EndOffset));
        }

        _log.DeleteBefore(new Offset(snapshot.EndOffset));
    }

    /// <summary>Has the log begin where the snapshot ends. A crash may have come between a new snapshot and what follows from it.</summary>
    private void BeginAt(MetadataSnapshot snapshot)
    {
        if (IsContinuation(snapshot))
        {
            Stored(snapshot);
        }
        else
        {
            _log.StartOver(new Offset(snapshot.EndOffset));
        }
    }

    /// <summary>Whether the log has what the snapshot holds, and perhaps more; otherwise it was given up for the snapshot. Two logs that have
    /// a record of the same epoch at the same offset are the same up to there (Raft §5.3).</summary>
    private bool IsContinuation(MetadataSnapshot snapshot)
    {
        var last = snapshot.Epochs.IsEmpty ? LeaderEpoch.None : new LeaderEpoch(snapshot.Epochs[^1].Epoch);
        if (Start < snapshot.EndOffset)
        {
            return End >= snapshot.EndOffset && _log.EpochAt(new Offset(snapshot.EndOffset - 1)) == last;
        }

        return !_log.Epochs.Any(epoch => epoch.Epoch < last);
    }

    /// <summary>Gives up the log and begins anew behind a snapshot. After a crash it is the old log or the new one, see <see cref="Open"/>.</summary>
    public void StartOver(MetadataSnapshot snapshot)
    {
        _storage.Files.Replace(_snapshotPath, snapshot.ToBytes());
        Snapshot = snapshot;
        _log.StartOver(new Offset(snapshot.EndOffset));
    }

    /// <summary>Writes a snapshot; blocks, for the I/O dispatcher. The log is not touched.</summary>
    public void Write(MetadataSnapshot snapshot) => _storage.Files.Replace(_snapshotPath, snapshot.ToBytes());

    /// <summary>Which epochs wrote the records, those of the snapshot first.</summary>
    public ImmutableArray<Raft.EpochStart> Epochs()
    {
        var epochs = (Snapshot?.Epochs ?? []).ToBuilder();
        foreach (var (epoch, start) in _log.Epochs)
        {
            if (epochs.Count == 0 || epoch.Value > epochs[^1].Epoch)
            {
                epochs.Add(new Raft.EpochStart(epoch.Value, start.Value));
            }
        }

        return epochs.ToImmutable();
    }

    public void Close() => _log.Close();

    public void Dispose() => _log.Dispose();

    private List<(long Next, IReadOnlyList<IMetadataEvent> Events)> Decode(byte[] bytes, long from)
    {
        var decoded = new List<(long, IReadOnlyList<IMetadataEvent>)>();
        var batches = new BatchSequence(bytes, MetadataRecords.BytesMax);
        while (batches.MoveNext())
        {
            if (batches.Current.BaseOffset.Value >= from)
            {
                decoded.Add((batches.Current.NextOffset.Value, Decode(batches.Current)));
            }
        }

        Check.That(batches.Error == BatchError.None);
        return decoded;
    }

    private IReadOnlyList<IMetadataEvent> Decode(BatchView batch)
    {
        try
        {
            return MetadataRecords.Read(batch);
        }
        catch (JsonException cause)
        {
            var (file, position) = _log.PlaceOf(batch.BaseOffset);
            throw new LogCorruptException(file, position, $"the metadata record at offset {batch.BaseOffset} cannot be read: {cause.Message}");
        }
    }
}
