using System.Buffers.Binary;
using ActorBroker.Log;
using Akka.Persistence;
using Akka.Persistence.Snapshot;

namespace ActorBroker.Storage;

/// <summary>Snapshot plug-in beside <see cref="StateJournal"/>: the newest snapshot of an actor, one file, replaced in one step.</summary>
/// <remarks>
/// <code>file  "ABSNAPS1" | crc32c uint32 of what follows | sequenceNr int64 | timestamp ticks int64 | serializerId int32
///       | manifestBytes uint16 | manifest UTF-8 | payload</code>
/// Does its I/O inline: it runs on the I/O dispatcher.
/// </remarks>
public sealed class StateSnapshotStore : SnapshotStore
{
    private const string FileName = "snapshot.state";
    private const int BodyAt = 12;
    private const int ManifestAt = BodyAt + 22;
    private static readonly byte[] Magic = "ABSNAPS1"u8.ToArray();
    private readonly NodeStorage _storage = NodeStorage.Of(Context.System);
    private readonly Akka.Serialization.Serialization _serialization = Context.System.Serialization;

    protected override Task<SelectedSnapshot> LoadAsync(string persistenceId, SnapshotSelectionCriteria criteria)
    {
        var path = PathOf(persistenceId);
        if (_storage.Files.ReadAll(path) is not { } bytes)
        {
            return Task.FromResult<SelectedSnapshot>(null!);
        }

        var (written, entry) = Decode(bytes, path);
        if (entry.SequenceNr > criteria.MaxSequenceNr || written > criteria.MaxTimeStamp)
        {
            return Task.FromResult<SelectedSnapshot>(null!);
        }

        var metadata = new SnapshotMetadata(persistenceId, entry.SequenceNr, written);
        return Task.FromResult(new SelectedSnapshot(metadata, StateRead.Value(_serialization, path, entry)));
    }

    /// <param name="path">Of the file, for messages.</param>
    /// <exception cref="LogCorruptException">These are not the bytes of a snapshot.</exception>
    internal static (DateTime Written, StateEntry Snapshot) Decode(byte[] bytes, string path)
    {
        if (bytes.Length < ManifestAt
            || !bytes.AsSpan(0, Magic.Length).SequenceEqual(Magic)
            || Crc32C.Of(bytes.AsSpan(BodyAt)) != BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(Magic.Length)))
        {
            throw new LogCorruptException(path, 0, "the snapshot's checksum is wrong");
        }

        var ticks = BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(BodyAt + 8));
        if (ticks < 0 || ticks > DateTime.MaxValue.Ticks)
        {
            throw new LogCorruptException(path, BodyAt + 8, $"{ticks} is no time");
        }

        var manifestBytes = BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(BodyAt + 20));
        if (manifestBytes > bytes.Length - ManifestAt)
        {
            throw new LogCorruptException(path, BodyAt + 20, $"a manifest of {manifestBytes} bytes does not fit the file");
        }

        var snapshot = new StateEntry(
            BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(BodyAt)),
            BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(BodyAt + 16)),
            System.Text.Encoding.UTF8.GetString(bytes, ManifestAt, manifestBytes),
            bytes[(ManifestAt + manifestBytes)..],
            ManifestAt);
        return (new DateTime(ticks, DateTimeKind.Utc), snapshot);
    }

    protected override Task SaveAsync(SnapshotMetadata metadata, object snapshot)
    {
        var serializer = _serialization.FindSerializerFor(snapshot);
        var manifest = serializer is Akka.Serialization.SerializerWithStringManifest named ? named.Manifest(snapshot) : "";
        var manifestBytes = System.Text.Encoding.UTF8.GetBytes(manifest);
        var payload = serializer.ToBinary(snapshot);
        var bytes = new byte[ManifestAt + manifestBytes.Length + payload.Length];
        Magic.CopyTo(bytes, 0);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(BodyAt), metadata.SequenceNr);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(BodyAt + 8), metadata.Timestamp.Ticks);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(BodyAt + 16), serializer.Identifier);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(BodyAt + 20), (ushort)manifestBytes.Length);
        manifestBytes.CopyTo(bytes, ManifestAt);
        payload.CopyTo(bytes, ManifestAt + manifestBytes.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(Magic.Length), Crc32C.Of(bytes.AsSpan(BodyAt)));
        var path = PathOf(metadata.PersistenceId);
        _storage.Files.CreateFolder(Path.GetDirectoryName(path)!);
        _storage.Files.Replace(path, bytes);
        return Task.CompletedTask;
    }

    protected override Task DeleteAsync(SnapshotMetadata metadata)
    {
        _storage.Files.DeleteFile(PathOf(metadata.PersistenceId));
        return Task.CompletedTask;
    }

    protected override Task DeleteAsync(string persistenceId, SnapshotSelectionCriteria criteria) => Task.CompletedTask;

    private string PathOf(string persistenceId) => Path.Combine(_storage.StateFolderOf(persistenceId), FileName);
}
