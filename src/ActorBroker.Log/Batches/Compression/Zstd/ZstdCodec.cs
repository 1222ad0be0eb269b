using System.Buffers.Binary;

namespace ActorBroker.Log;

/// <summary>zstd frames (RFC 8878). Reads everything but dictionaries; checks content size and checksum where the frame has them.</summary>
/// <remarks>
/// <code>
/// 28 b5 2f fd | descriptor | [window 1] | [dictionary id] | [content size] | blocks … | [checksum 4]
/// descriptor   bits 7-6 size of the content size, 5 single segment (no window byte), 3 reserved, 2 checksum, 1-0 dictionary
/// block        3 bytes: last 1 bit, type 2 bits (raw, run, compressed, reserved), size 21 bits | bytes
/// compressed   literals section | sequences section
/// </code>
/// Little endian. The checksum is the low half of xxHash64 over the content. The whole frame is decoded in one piece, so the window
/// size bounds only the size of a block.
/// </remarks>
internal static class ZstdCodec
{
    /// <summary>No block gives more, whatever the window.</summary>
    public const int BlockBytesMax = 128 * ByteSizes.KiB;

    private const uint Magic = 0xfd2fb528;
    private const uint SkippableMagic = 0x184d2a50, SkippableMask = 0xfffffff0;
    private const int BlockHeadBytes = 3;
    private const int TypeRaw = 0, TypeRun = 1, TypeCompressed = 2;

    public static BatchError Decompress(ReadOnlySpan<byte> input, OutputBuffer output)
    {
        if (input.IsEmpty) return BatchError.BadCompression;
        var literals = new ZstdLiterals();
        var sequences = new ZstdSequences();
        while (!input.IsEmpty)
        {
            if (!BinaryPrimitives.TryReadUInt32LittleEndian(input, out var magic)) return BatchError.BadCompression;
            input = input[sizeof(uint)..];
            if ((magic & SkippableMask) == SkippableMagic)
            {
                if (!TrySkip(ref input)) return BatchError.BadCompression;
                continue;
            }

            if (magic != Magic) return BatchError.BadCompression;
            literals.Reset();
            sequences.Reset();
            var error = DecompressFrame(ref input, literals, sequences, output);
            if (error != BatchError.None) return error;
        }

        return BatchError.None;
    }

    private static bool TrySkip(ref ReadOnlySpan<byte> input)
    {
        if (!BinaryPrimitives.TryReadUInt32LittleEndian(input, out var size) || size > input.Length - sizeof(uint)) return false;
        input = input[(sizeof(uint) + (int)size)..];
        return true;
    }

    private static BatchError DecompressFrame(
        ref ReadOnlySpan<byte> input, ZstdLiterals literals, ZstdSequences sequences, OutputBuffer output)
    {
        if (!ZstdFrameHeader.TryRead(ref input, out var frame)) return BatchError.BadCompression;
        if (frame.ContentSize > (ulong)output.BytesLeft) return BatchError.TooLarge;
        var blockBytesMax = (int)Math.Min(frame.WindowSize, BlockBytesMax);
        var frameStart = output.Length;
        for (var isLast = false; !isLast;)
        {
            if (input.Length < BlockHeadBytes) return BatchError.BadCompression;
            var head = input[0] | (input[1] << 8) | (input[2] << 16);
            input = input[BlockHeadBytes..];
            isLast = (head & 1) != 0;
            var type = (head >> 1) & 3;
            var size = head >> 3;
            var storedBytes = type == TypeRun ? 1 : size;
            if (storedBytes > input.Length || size > blockBytesMax) return BatchError.BadCompression;

            var block = input[..storedBytes];
            input = input[storedBytes..];
            var error = type switch
            {
                TypeRaw => output.TryWrite(block) ? BatchError.None : BatchError.TooLarge,
                TypeRun => WriteRun(block[0], size, output),
                TypeCompressed => DecompressBlock(block, blockBytesMax, frameStart, literals, sequences, output),
                _ => BatchError.BadCompression,
            };
            if (error != BatchError.None) return error;
        }

        var content = output.Written[frameStart..];
        if (frame.ContentSize is { } contentSize && contentSize != (ulong)content.Length) return BatchError.BadCompression;
        if (!frame.HasChecksum) return BatchError.None;
        if (!BinaryPrimitives.TryReadUInt32LittleEndian(input, out var checksum)) return BatchError.BadCompression;
        input = input[sizeof(uint)..];
        return checksum == (uint)XxHash.Hash64(content) ? BatchError.None : BatchError.BadCompression;
    }

    private static BatchError WriteRun(byte value, int count, OutputBuffer output)
    {
        if (!output.TryReserve(count)) return BatchError.TooLarge;
        output.WrittenAndRoom.Slice(output.Length, count).Fill(value);
        output.Advance(count);
        return BatchError.None;
    }

    private static BatchError DecompressBlock(
        ReadOnlySpan<byte> block, int blockBytesMax, int frameStart, ZstdLiterals literals, ZstdSequences sequences, OutputBuffer output)
    {
        if (!literals.TryRead(block, blockBytesMax, out var literalBytes, out var literalsSize)) return BatchError.BadCompression;
        var room = Math.Min(blockBytesMax, output.BytesLeft);
        Check.That(output.TryReserve(room));
        var window = output.WrittenAndRoom[frameStart..(output.Length + room)];
        var written = sequences.Execute(block[literalsSize..], literalBytes, window, output.Length - frameStart, out var isFull);
        if (written < 0) return isFull && room < blockBytesMax ? BatchError.TooLarge : BatchError.BadCompression;
        output.Advance(written);
        return BatchError.None;
    }
}
