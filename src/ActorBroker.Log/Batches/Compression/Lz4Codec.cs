using System.Buffers.Binary;

namespace ActorBroker.Log;

/// <summary>LZ4 frames. Reads every flag but dictionaries; writes what the Java client writes: independent blocks of 64 KiB, no
/// checksums.</summary>
/// <remarks>
/// <code>
/// 04 22 4d 18 | FLG | BD | [content size 8] | header checksum 1 | blocks … | 00 00 00 00 | [content checksum 4]
/// FLG  01 in bits 7-6, 5 independent blocks, 4 block checksums, 3 content size, 2 content checksum, 0 dictionary
/// BD   bits 6-4: largest block, 4 = 64 KiB … 7 = 4 MiB
/// block  size 4 (top bit: stored plain) | bytes | [checksum 4]
/// inside a block: token (literal count, match length - 4; 15 = more bytes follow) | literals | distance 2 | …
/// </code>
/// Little endian; checksums are xxHash32, that of the header its second byte.
/// </remarks>
internal static class Lz4Codec
{
    private const uint Magic = 0x184d2204;
    private const uint SkippableMagic = 0x184d2a50, SkippableMask = 0xfffffff0;
    private const int IndependentBit = 0x20, BlockChecksumBit = 0x10, ContentSizeBit = 0x08, ContentChecksumBit = 0x04;
    private const int VersionMask = 0xc0, Version = 0x40, ReservedAndDictionaryMask = 0x03, BlockReservedMask = 0x8f;
    private const uint PlainBlockBit = 0x80000000;
    private const int MatchBytesMin = GreedyMatcher.MatchBytesMin;

    /// <summary>One more length byte makes 255 bytes: no block grows more than this, whatever its frame allows.</summary>
    private const int ExpansionMax = 255;

    public static BatchError Decompress(ReadOnlySpan<byte> input, OutputBuffer output)
    {
        if (input.IsEmpty) return BatchError.BadCompression;
        while (!input.IsEmpty)
        {
            if (!TryTakeUInt32(ref input, out var magic)) return BatchError.BadCompression;
            if ((magic & SkippableMask) == SkippableMagic)
            {
                if (!TryTakeUInt32(ref input, out var skip) || skip > input.Length) return BatchError.BadCompression;
                input = input[(int)skip..];
                continue;
            }

            var error = magic == Magic ? DecompressFrame(ref input, output) : BatchError.BadCompression;
            if (error != BatchError.None) return error;
        }

        return BatchError.None;
    }

    public static void Compress(ReadOnlySpan<byte> input, OutputBuffer output)
    {
        Span<byte> head = stackalloc byte[7];
        BinaryPrimitives.WriteUInt32LittleEndian(head, Magic);
        head[4] = Version | IndependentBit;
        head[5] = 4 << 4;   // blocks of 64 KiB
        head[6] = HeaderChecksum(head[4..6]);
        Check.That(output.TryWrite(head));
        while (!input.IsEmpty)
        {
            var block = input[..Math.Min(input.Length, GreedyMatcher.BlockBytesMax)];
            CompressBlock(block, output);
            input = input[block.Length..];
        }

        Check.That(output.TryWrite([0, 0, 0, 0]));
    }

    private static BatchError DecompressFrame(ref ReadOnlySpan<byte> input, OutputBuffer output)
    {
        if (!TryReadHeader(ref input, out var frame)) return BatchError.BadCompression;
        var frameStart = output.Length;
        while (true)
        {
            if (!TryTakeUInt32(ref input, out var size)) return BatchError.BadCompression;
            if (size == 0) break;
            var isPlain = (size & PlainBlockBit) != 0;
            size &= ~PlainBlockBit;
            if (size > frame.BlockBytesMax || size > input.Length) return BatchError.BadCompression;

            var block = input[..(int)size];
            input = input[(int)size..];
            if (frame.HasBlockChecksum && (!TryTakeUInt32(ref input, out var checksum) || checksum != XxHash.Hash32(block)))
            {
                return BatchError.BadCompression;
            }

            var error = isPlain ? Store(block, output) : DecompressBlock(block, frame, frameStart, output);
            if (error != BatchError.None) return error;
        }

        var content = output.Written[frameStart..];
        if (frame.ContentSize is { } contentSize && contentSize != (ulong)content.Length) return BatchError.BadCompression;
        if (!frame.HasContentChecksum) return BatchError.None;
        var isWhole = TryTakeUInt32(ref input, out var contentChecksum) && contentChecksum == XxHash.Hash32(content);
        return isWhole ? BatchError.None : BatchError.BadCompression;
    }

    private static bool TryReadHeader(ref ReadOnlySpan<byte> input, out Frame frame)
    {
        frame = default;
        if (input.Length < 3) return false;
        int flags = input[0];
        int descriptor = input[1];
        if ((flags & VersionMask) != Version || (flags & ReservedAndDictionaryMask) != 0) return false;
        if ((descriptor & BlockReservedMask) != 0 || descriptor >> 4 < 4) return false;

        var hasContentSize = (flags & ContentSizeBit) != 0;
        var checksumAt = hasContentSize ? 10 : 2;
        if (input.Length <= checksumAt || input[checksumAt] != HeaderChecksum(input[..checksumAt])) return false;
        frame = new Frame(
            BlockBytesMax: 1 << ((2 * (descriptor >> 4)) + 8),   // 4, 5, 6, 7: 64 KiB, 256 KiB, 1 MiB, 4 MiB
            IsIndependent: (flags & IndependentBit) != 0,
            HasBlockChecksum: (flags & BlockChecksumBit) != 0,
            HasContentChecksum: (flags & ContentChecksumBit) != 0,
            ContentSize: hasContentSize ? BinaryPrimitives.ReadUInt64LittleEndian(input[2..]) : null);
        input = input[(checksumAt + 1)..];
        return true;
    }

    private static BatchError Store(ReadOnlySpan<byte> block, OutputBuffer output) =>
        output.TryWrite(block) ? BatchError.None : BatchError.TooLarge;

    private static BatchError DecompressBlock(ReadOnlySpan<byte> block, in Frame frame, int frameStart, OutputBuffer output)
    {
        var mayBecome = (int)Math.Min(frame.BlockBytesMax, (long)block.Length * ExpansionMax);
        var room = Math.Min(mayBecome, output.BytesLeft);
        Check.That(output.TryReserve(room));

        // Matches may look back into earlier blocks only where blocks depend on each other; the frame is one piece in the output.
        var historyFrom = frame.IsIndependent ? output.Length : frameStart;
        var window = output.WrittenAndRoom[historyFrom..(output.Length + room)];
        var written = DecodeSequences(block, window, output.Length - historyFrom, out var isFull);
        if (written < 0) return isFull && room < mayBecome ? BatchError.TooLarge : BatchError.BadCompression;
        output.Advance(written);
        return BatchError.None;
    }

    /// <summary>Decodes one block to <paramref name="start"/> on; returns the bytes written, −1 when the block is damaged or the room
    /// is too small (<paramref name="isFull"/>).</summary>
    private static int DecodeSequences(ReadOnlySpan<byte> block, Span<byte> window, int start, out bool isFull)
    {
        isFull = false;
        var from = 0;
        var to = start;
        while (from < block.Length)
        {
            var token = block[from++];
            if (!TryReadLength(block, ref from, token >> 4, out var literalBytes)) return -1;
            if (literalBytes > block.Length - from) return -1;
            isFull = literalBytes > window.Length - to;
            if (isFull) return -1;
            block.Slice(from, literalBytes).CopyTo(window[to..]);
            from += literalBytes;
            to += literalBytes;
            if (from == block.Length) return to - start;   // the last sequence has only literals

            if (block.Length - from < 2) return -1;
            int distance = BinaryPrimitives.ReadUInt16LittleEndian(block[from..]);
            from += 2;
            if (!TryReadLength(block, ref from, token & 15, out var matchBytes)) return -1;
            matchBytes += MatchBytesMin;
            if (distance == 0 || distance > to) return -1;
            isFull = matchBytes > window.Length - to;
            if (isFull) return -1;
            LzCopy.Match(window, to, distance, matchBytes);
            to += matchBytes;
        }

        return -1;   // no bytes, or ended by a match
    }

    private static bool TryReadLength(ReadOnlySpan<byte> block, ref int from, int nibble, out int length)
    {
        length = nibble;
        if (nibble < 15) return true;
        while (from < block.Length)
        {
            var more = block[from++];
            length += more;   // at most 255 for each of at most 4 Mi bytes
            if (more != 255) return true;
        }

        return false;
    }

    private static void CompressBlock(ReadOnlySpan<byte> block, OutputBuffer output)
    {
        var sizeAt = output.Length;
        Check.That(output.TryWrite([0, 0, 0, 0]));
        var sequences = new SequenceWriter(output);
        var literalsAt = GreedyMatcher.Run(block, ref sequences);
        sequences.Last(block[literalsAt..]);

        var size = (uint)(output.Length - sizeAt - sizeof(uint));
        if (size >= block.Length)
        {
            output.CutTo(sizeAt + sizeof(uint));
            Check.That(output.TryWrite(block));
            size = (uint)block.Length | PlainBlockBit;
        }

        BinaryPrimitives.WriteUInt32LittleEndian(output.Written[sizeAt..], size);
    }

    private static byte HeaderChecksum(ReadOnlySpan<byte> descriptor) => (byte)(XxHash.Hash32(descriptor) >> 8);

    private static bool TryTakeUInt32(ref ReadOnlySpan<byte> input, out uint value)
    {
        if (!BinaryPrimitives.TryReadUInt32LittleEndian(input, out value)) return false;
        input = input[sizeof(uint)..];
        return true;
    }

    private readonly record struct Frame(
        int BlockBytesMax, bool IsIndependent, bool HasBlockChecksum, bool HasContentChecksum, ulong? ContentSize);

    private readonly struct SequenceWriter(OutputBuffer output) : ISequenceSink
    {
        public void Add(ReadOnlySpan<byte> literals, int distance, int matchBytes)
        {
            var stored = matchBytes - MatchBytesMin;
            WriteLiterals(literals, Math.Min(stored, 15));
            Check.That(output.TryWrite([(byte)distance, (byte)(distance >> 8)]));
            WriteMore(stored);
        }

        public void Last(ReadOnlySpan<byte> literals) => WriteLiterals(literals, matchNibble: 0);

        private void WriteLiterals(ReadOnlySpan<byte> literals, int matchNibble)
        {
            Check.That(output.TryWrite([(byte)((Math.Min(literals.Length, 15) << 4) | matchNibble)]));
            WriteMore(literals.Length);
            Check.That(output.TryWrite(literals));
        }

        private void WriteMore(int length)
        {
            if (length < 15) return;
            for (length -= 15; length >= 255; length -= 255) Check.That(output.TryWrite([255]));
            Check.That(output.TryWrite([(byte)length]));
        }
    }
}
