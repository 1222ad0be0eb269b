using System.Buffers;
using System.Buffers.Binary;
using ActorBroker.Log.Files;

namespace ActorBroker.Log;

/// <summary>Tells a torn tail, which is cut, from damage in the middle of a log, which is never touched.</summary>
/// <remarks>A power loss takes any of the sectors that were not flushed. The log only ever appends, and truncation is flushed at once,
/// so a lost sector of a log file reads as zeros, or the file is shorter. Hence, for the first bytes that are not a batch:
/// before the recovery point it is damage; if nothing valid follows, it is the torn tail; if a valid batch follows,
/// it is a torn tail only when a sector in between is empty. Anything else was written, and has changed since.</remarks>
internal static class TailDamage
{
    /// <summary>The unit in which disks lose data; larger ones are multiples of it.</summary>
    private const int SectorBytes = 512;

    /// <summary>Bytes of candidates whose CRC is computed for each byte of the damaged tail: a tail full of headers that lie costs no more.</summary>
    private const int CheckedBytesPerByte = 4;

    /// <summary>Returns when the tail from <paramref name="position"/> on may be cut.</summary>
    /// <param name="expected">Offset that the batch at <paramref name="position"/> must have.</param>
    /// <param name="problem">What is wrong there, for the message.</param>
    /// <exception cref="LogCorruptException">It may not.</exception>
    public static void Judge(ILogFile file, int size, int position, Offset expected, string problem, bool isBelowRecoveryPoint, bool isLast)
    {
        if (isBelowRecoveryPoint) throw new LogCorruptException(file.Path, position, $"{problem}; offset {expected} was flushed before");
        var later = FindLaterBatch(file, size, position, expected);
        if (later < 0 && isLast) return;
        if (HasEmptySector(file, position, later < 0 ? size : later, size, expected)) return;
        if (later >= 0) throw new LogCorruptException(file.Path, position, $"{problem}; a whole batch follows at byte {later}");

        // A rolled segment that lost its tail ends inside a batch. If its last bytes are a batch whose length alone is wrong, nothing was lost.
        if (EndsInsideBatch(file, size, position)) return;
        throw new LogCorruptException(file.Path, position, $"{problem}; segments follow this one");
    }

    /// <summary>Position of the first valid batch behind a damaged one, −1 when there is none.</summary>
    /// <remarks>A value may hold bytes that look like a batch: so its offset must be higher, its CRC right, and at its end there must
    /// be the next batch or the end of the file.</remarks>
    private static int FindLaterBatch(ILogFile file, int size, int position, Offset expected)
    {
        const int ChunkBytes = BatchWalk.SequentialChunkBytes;
        const int Overlap = BatchView.HeaderBytes - 1;
        var checkedBytesMax = (long)CheckedBytesPerByte * (size - position);
        var buffer = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        try
        {
            for (var at = position + 1; at <= size - BatchView.HeaderBytes; at += ChunkBytes - Overlap)
            {
                var chunk = buffer.AsSpan(0, file.Read(buffer.AsSpan(0, Math.Min(ChunkBytes, size - at)), at));
                for (var i = 0; i + BatchView.HeaderBytes <= chunk.Length; i++)
                {
                    if (chunk[i + BatchHeaderLayout.MagicAt] != BatchHeaderLayout.Magic) continue;
                    if (BatchView.ReadHeader(chunk[i..], size - at - i, out var header) != BatchError.None) continue;
                    if (header.BaseOffset <= expected) continue;
                    if ((checkedBytesMax -= header.SizeInBytes) < 0) return -1;
                    if (IsBatch(file, size, at + i, header.BaseOffset)) return at + i;
                }
            }

            return -1;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static bool IsBatch(ILogFile file, int size, int position, Offset baseOffset)
    {
        using var walk = new BatchWalk(file, position, size, baseOffset, BatchWalk.NearbyChunkBytes);
        if (!walk.MoveNext() || !walk.ReadWhole()) return false;
        return !walk.MoveNext() ? walk.Position == size || IsEmpty(file, walk.Position, Math.Min(size, walk.Position + SectorBytes)) : true;
    }

    /// <summary>Whether a sector that overlaps [from, to) is empty as far as it belongs to what was appended from <paramref name="from"/> on.</summary>
    private static bool HasEmptySector(ILogFile file, int from, int to, int size, Offset expected)
    {
        var at = from;
        while (at < to)
        {
            var sectorEnd = Math.Min(at - (at % SectorBytes) + SectorBytes, size);
            if (IsEmpty(file, at, sectorEnd) && (at > from || MustNotBeEmpty(sectorEnd - at, expected))) return true;
            at = sectorEnd;
        }

        return false;
    }

    /// <summary>Whether the first bytes of a batch cannot all be zero: the offset is not, or the length field is among them.</summary>
    private static bool MustNotBeEmpty(int count, Offset expected)
    {
        if (count >= BatchHeaderLayout.BytesBeforeLengthCounts) return true;
        Span<byte> offset = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(offset, expected.Value);
        return offset[..Math.Min(count, sizeof(long))].ContainsAnyExcept((byte)0);
    }

    private static bool IsEmpty(ILogFile file, int from, int to)
    {
        Check.AtMost(to - from, SectorBytes);
        Span<byte> sector = stackalloc byte[SectorBytes];
        sector = sector[..file.Read(sector[..(to - from)], from)];
        return !sector.ContainsAnyExcept((byte)0);
    }

    private static bool EndsInsideBatch(ILogFile file, int size, int position)
    {
        var left = size - position;
        var bytes = new byte[left];
        if (file.Read(bytes, position) < left || left < BatchView.HeaderBytes) return true;
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(BatchHeaderLayout.LengthAt), left - BatchHeaderLayout.BytesBeforeLengthCounts);
        if (BatchView.Read(bytes, left, out _) == BatchError.None) return false;

        // Its own length leads beyond the file: it was longer once. A length that ends inside the file was whole, and is damaged.
        _ = file.Read(bytes.AsSpan(0, BatchView.HeaderBytes), position);
        return BatchView.ReadHeader(bytes, int.MaxValue, out var header) == BatchError.None && header.SizeInBytes > left;
    }
}
