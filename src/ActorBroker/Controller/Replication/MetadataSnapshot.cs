using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text.Json;
using ActorBroker.Log;
using ActorBroker.Storage;

namespace ActorBroker.Controller.Replication;

/// <summary>The state that the metadata log's records before an offset gave; with it they need not be kept.</summary>
/// <param name="EndOffset">The first record that it does not hold.</param>
/// <param name="Epochs">Which epochs wrote the records before it.</param>
/// <remarks><code>file  "ABMETAS1" | crc32c uint32 of what follows | endOffset int64 | epochCount int32, (epoch int32, start int64)… | state JSON</code>
/// Little endian.</remarks>
internal sealed record MetadataSnapshot(long EndOffset, ImmutableArray<Raft.EpochStart> Epochs, ControllerSnapshot State)
{
    public const string FileName = "metadata.snapshot";
    private const int BodyAt = 12;
    private const int EpochBytes = 12;
    private const int EpochsNamed = 20;

    /// <summary>No log gets there.</summary>
    private const long OffsetMax = long.MaxValue >> 1;

    private static readonly byte[] Magic = "ABMETAS1"u8.ToArray();

    public byte[] ToBytes()
    {
        var state = StateSerializer.Write(State);
        var bytes = new byte[BodyAt + 12 + (Epochs.Length * EpochBytes) + state.Length];
        Magic.CopyTo(bytes, 0);
        var at = BodyAt;
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(at), EndOffset);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(at + 8), Epochs.Length);
        at += 12;
        foreach (var epoch in Epochs)
        {
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(at), epoch.Epoch);
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(at + 4), epoch.StartOffset);
            at += EpochBytes;
        }

        state.CopyTo(bytes, at);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(8), Crc32C.Of(bytes.AsSpan(BodyAt)));
        return bytes;
    }

    /// <exception cref="LogCorruptException">These are not the bytes of a snapshot.</exception>
    public static MetadataSnapshot Read(ReadOnlySpan<byte> bytes, string source)
    {
        if (bytes.Length < BodyAt + 12 || !bytes[..8].SequenceEqual(Magic)
            || Crc32C.Of(bytes[BodyAt..]) != BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]))
        {
            throw new LogCorruptException(source, 0, "the metadata snapshot's checksum is wrong");
        }

        var end = BinaryPrimitives.ReadInt64LittleEndian(bytes[BodyAt..]);
        var count = BinaryPrimitives.ReadInt32LittleEndian(bytes[(BodyAt + 8)..]);
        var at = BodyAt + 12;
        if (count < 0 || count > (bytes.Length - at) / EpochBytes)
        {
            throw new LogCorruptException(source, at, $"the metadata snapshot cannot hold {count} epochs");
        }

        var epochs = ImmutableArray.CreateBuilder<Raft.EpochStart>();
        for (var i = 0; i < count; i++, at += EpochBytes)
        {
            epochs.Add(new Raft.EpochStart(BinaryPrimitives.ReadInt32LittleEndian(bytes[at..]), BinaryPrimitives.ReadInt64LittleEndian(bytes[(at + 4)..])));
        }

        if (end is < 0 or > OffsetMax || !AreRising(epochs, end))
        {
            throw new LogCorruptException(source, BodyAt, $"the metadata snapshot ends at offset {end}, after epochs {string.Join(", ", epochs.Take(EpochsNamed))}");
        }

        try
        {
            return new MetadataSnapshot(end, epochs.ToImmutable(), (ControllerSnapshot)StateSerializer.Read(StateSerializer.SnapshotManifest, bytes[at..]));
        }
        catch (JsonException cause)
        {
            throw new LogCorruptException(source, at, $"the metadata snapshot cannot be read: {cause.Message}");
        }
    }

    private static bool AreRising(ImmutableArray<Raft.EpochStart>.Builder epochs, long end)
    {
        for (var i = 0; i < epochs.Count; i++)
        {
            var before = i == 0 ? new Raft.EpochStart(-1, -1) : epochs[i - 1];
            if (epochs[i].Epoch <= before.Epoch || epochs[i].StartOffset <= before.StartOffset || epochs[i].StartOffset >= end)
            {
                return false;
            }
        }

        return true;
    }
}
