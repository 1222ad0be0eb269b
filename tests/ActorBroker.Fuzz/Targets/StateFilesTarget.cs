using System.Text;
using System.Text.Json;
using ActorBroker.Controller;
using ActorBroker.Controller.Replication;
using ActorBroker.Fuzz.Running;
using ActorBroker.Log;
using ActorBroker.Messages;
using ActorBroker.Raft;
using ActorBroker.Storage;
using ActorBroker.Testing;
using ActorBroker.Tests.Controller;

namespace ActorBroker.Fuzz.Targets;

/// <summary>The small files of a node: events and snapshots of actors, known peers, and the snapshot of the metadata.</summary>
/// <remarks>Events that are read are those that were written, from the first on; or the file is refused. A snapshot of the metadata that is
/// read can be begun with.</remarks>
internal sealed class StateFilesTarget : FuzzTarget
{
    private const string Folder = "/data/state/one";
    private static readonly StateEntry[] Entries = [.. Enumerable.Range(4, 6).Select(number => new StateEntry(number, 4711, "term-started-1", Encoding.UTF8.GetBytes($"{{\"Epoch\":{number}}}")))];

    public override string Name => "state-files";

    public override int Weight => 15;

    public override IReadOnlyList<FuzzSeed> Seeds { get; } = [new("events", Events()), new("peers", Peers()), new("snapshot", Snapshot().ToBytes()), new("actor-snapshot", ActorSnapshot())];

    public override IReadOnlyList<byte[]> Words => JsonWords.All;

    /// <summary>Half of the snapshots with a right checksum: JSON that a newer version wrote is not damage.</summary>
    public override byte[] Repair(FuzzSeed seed, byte[] input, Random random)
    {
        if (seed.Name is "snapshot" or "actor-snapshot" && input.Length > 24 && random.Next(2) == 0)
        {
            BitConverter.TryWriteBytes(input.AsSpan(8), Crc32C.Of(input.AsSpan(12)));
        }

        return input;
    }

    public override void Try(FuzzSeed seed, byte[] input)
    {
        try
        {
            switch (seed.Name)
            {
                case "events":
                    TryEvents(input);
                    break;
                case "peers":
                    TryPeers(input);
                    break;
                case "actor-snapshot":
                    TryActorSnapshot(input);
                    break;
                default:
                    TryMetadata(input);
                    break;
            }
        }
        catch (LogCorruptException)
        {
            // Refused, with the file and the place.
        }
    }

    public override long AllocatedMax(FuzzSeed seed, int inputBytes) => 4 * base.AllocatedMax(seed, inputBytes);

    private static void TryEvents(byte[] input)
    {
        var disk = new MemoryDisk();
        disk.CreateFolder(Folder);
        disk.Replace(Path.Combine(Folder, StateFile.Name), input);
        StateFile.Read(disk, Folder, out var read, out var deletedTo);
        for (var i = 0; i < read.Count; i++)
        {
            if (i >= Entries.Length || read[i].SequenceNr != Entries[i].SequenceNr || !read[i].Payload.AsSpan().SequenceEqual(Entries[i].Payload))
            {
                throw new FuzzFailure($"events: the one at {i} is {read[i].SequenceNr}, deleted up to {deletedTo}");
            }
        }

        var next = new StateEntry(read.Count > 0 ? read[^1].SequenceNr + 1 : Math.Max(0, deletedTo) + 1, 4711, "m", [1]);
        if (read.Count == 0 && deletedTo is < 0 or long.MaxValue)
        {
            return;
        }

        StateFile.Append(disk, Folder, [next]);
        StateFile.Read(disk, Folder, out var again, out _);
        if (again.Count != read.Count + 1 || again[^1].SequenceNr != next.SequenceNr)
        {
            throw new FuzzFailure($"events: {again.Count} after one more than {read.Count}, deleted up to {deletedTo}");
        }

        StateFile.DeleteTo(disk, Folder, next.SequenceNr);
        StateFile.Read(disk, Folder, out again, out _);
        if (again.Count != 0)
        {
            throw new FuzzFailure($"events: {again.Count} after all were deleted");
        }
    }

    private static void TryPeers(byte[] input)
    {
        var disk = new MemoryDisk();
        disk.CreateFolder("/data");
        disk.Replace("/data/cluster.peers", input);
        var peers = PeersFile.Read(disk, "/data");
        PeersFile.Write(disk, "/data", peers);
        if (!PeersFile.Read(disk, "/data").SequenceEqual(peers))
        {
            throw new FuzzFailure("peers: others are read than were written");
        }

        _ = PeersFile.Seeds([], peers, new NodeId(1), "akka.tcp://ActorBroker@a:1");
    }

    private static void TryActorSnapshot(byte[] input)
    {
        var (_, snapshot) = StateSnapshotStore.Decode(input, "snapshot.state");
        try
        {
            _ = StateSerializer.Read(snapshot.Manifest, snapshot.Payload);
        }
        catch (Exception refusal) when (refusal is JsonException or ArgumentException)
        {
            // Refused; the journal and the store add the place.
        }
    }

    private static void TryMetadata(byte[] input)
    {
        var disk = new MemoryDisk();
        var storage = new NodeStorage(disk, "/data", TimeProvider.System);
        var folder = storage.FolderOf(MetadataStore.Partition);
        disk.CreateFolder(folder);
        disk.Replace(Path.Combine(folder, MetadataSnapshot.FileName), input);
        using var store = MetadataStore.Open(storage);
        var snapshot = store.Snapshot!;
        if (store.Start != snapshot.EndOffset || store.End != snapshot.EndOffset)
        {
            throw new FuzzFailure($"snapshot: ends at {snapshot.EndOffset}, and the log is {store.Start}..{store.End}");
        }

        _ = new Raft.EpochHistory(store.Recovered.Epochs);
        _ = MetadataState.From(snapshot.State, snapshot.EndOffset).ToSnapshot();
    }

    private static byte[] ActorSnapshot()
    {
        var body = new MemoryStream();
        using (var writer = new BinaryWriter(body))
        {
            var (manifest, payload) = (Encoding.UTF8.GetBytes(StateSerializer.SnapshotManifest), StateSerializer.Write(Snapshot().State));
            writer.Write(3L);
            writer.Write(DateTime.UnixEpoch.Ticks);
            writer.Write(4711);
            writer.Write((ushort)manifest.Length);
            writer.Write(manifest);
            writer.Write(payload);
        }

        return [.. "ABSNAPS1"u8, .. BitConverter.GetBytes(Crc32C.Of(body.ToArray())), .. body.ToArray()];
    }

    private static byte[] Events()
    {
        var disk = new MemoryDisk();
        StateFile.Append(disk, Folder, [.. Enumerable.Range(1, 3).Select(number => Entries[0] with { SequenceNr = number }), .. Entries]);
        StateFile.DeleteTo(disk, Folder, 3);
        return disk.ReadAll(Path.Combine(Folder, StateFile.Name))!;
    }

    private static byte[] Peers()
    {
        var disk = new MemoryDisk();
        PeersFile.Write(disk, "/data", [(new NodeId(2), "akka.tcp://ActorBroker@10.0.0.2:2551"), (new NodeId(3), "akka.tcp://ActorBroker@host-3:2551")]);
        return disk.ReadAll("/data/cluster.peers")!;
    }

    private static MetadataSnapshot Snapshot()
    {
        var events = new RandomEvents(5);
        var state = MetadataState.Empty.Apply(Enumerable.Range(0, 200).SelectMany(_ => events.Record()), 100);
        return new MetadataSnapshot(100, [new EpochStart(1, 0), new EpochStart(2, 50)], state.ToSnapshot());
    }
}
