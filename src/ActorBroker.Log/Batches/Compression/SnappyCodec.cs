using System.Buffers.Binary;

namespace ActorBroker.Log;

/// <summary>Snappy: the raw block, and the xerial stream that the Java client writes. Readers take both, told apart by the first
/// bytes.</summary>
/// <remarks>
/// Raw block: varint length of the plain bytes, then elements. The low two bits of a tag byte say which:
/// <code>
/// 00 literal   length-1 in six bits; 60-63 mean 1-4 bytes of length-1 follow
/// 01 copy      length-4 in three bits, distance in 3 + 8 bits
/// 10 copy      length-1 in six bits, distance in 16 bits
/// 11 copy      length-1 in six bits, distance in 32 bits
/// </code>
/// xerial: 82 "SNAPPY" 00, int32 version 1, int32 compatible version 1, then chunks of int32 size (big endian) and raw block.
/// </remarks>
internal static class SnappyCodec
{
    private const int XerialHeaderBytes = 16;
    private const int XerialChunkBytes = 32 * ByteSizes.KiB;   // what the Java library uses

    /// <summary>A copy makes at most 64 bytes out of 2 or more; a block that claims more per byte is refused before memory is spent
    /// on it.</summary>
    private const int ExpansionMax = 64;

    private static ReadOnlySpan<byte> XerialMagic => [0x82, (byte)'S', (byte)'N', (byte)'A', (byte)'P', (byte)'P', (byte)'Y', 0];

    public static BatchError Decompress(ReadOnlySpan<byte> input, OutputBuffer output) =>
        input.StartsWith(XerialMagic) ? DecompressXerial(input, output) : DecompressBlock(input, output);

    /// <summary>Writes a xerial stream, which every client reads.</summary>
    public static void CompressXerial(ReadOnlySpan<byte> input, OutputBuffer output)
    {
        Span<byte> head = stackalloc byte[XerialHeaderBytes];
        XerialMagic.CopyTo(head);
        BinaryPrimitives.WriteInt32BigEndian(head[8..], 1);
        BinaryPrimitives.WriteInt32BigEndian(head[12..], 1);
        Check.That(output.TryWrite(head));
        while (!input.IsEmpty)
        {
            var chunk = input[..Math.Min(input.Length, XerialChunkBytes)];
            var sizeAt = output.Length;
            Check.That(output.TryWrite([0, 0, 0, 0]));
            CompressBlock(chunk, output);
            BinaryPrimitives.WriteInt32BigEndian(output.Written[sizeAt..], output.Length - sizeAt - sizeof(int));
            input = input[chunk.Length..];
        }
    }

    /// <summary>Writes a raw block, as librdkafka does.</summary>
    public static void CompressBlock(ReadOnlySpan<byte> input, OutputBuffer output)
    {
        WriteLength(input.Length, output);
        while (!input.IsEmpty)
        {
            // Matches do not cross fragments: distances stay within 16 bits.
            var fragment = input[..Math.Min(input.Length, GreedyMatcher.BlockBytesMax)];
            var elements = new ElementWriter(output);
            var literalsAt = GreedyMatcher.Run(fragment, ref elements);
            elements.Literal(fragment[literalsAt..]);
            input = input[fragment.Length..];
        }
    }

    private static BatchError DecompressXerial(ReadOnlySpan<byte> input, OutputBuffer output)
    {
        while (!input.IsEmpty)
        {
            // Streams may be concatenated: a header can stand wherever a chunk can.
            if (input.StartsWith(XerialMagic) && input.Length >= XerialHeaderBytes)
            {
                input = input[XerialHeaderBytes..];
                continue;
            }

            if (input.Length < sizeof(int)) return BatchError.BadCompression;
            var chunkBytes = BinaryPrimitives.ReadInt32BigEndian(input);
            input = input[sizeof(int)..];
            if (chunkBytes < 0 || chunkBytes > input.Length) return BatchError.BadCompression;
            var error = DecompressBlock(input[..chunkBytes], output);
            if (error != BatchError.None) return error;
            input = input[chunkBytes..];
        }

        return BatchError.None;
    }

    private static BatchError DecompressBlock(ReadOnlySpan<byte> input, OutputBuffer output)
    {
        if (!TryReadLength(ref input, out var plainBytes)) return BatchError.BadCompression;
        if (plainBytes > (long)input.Length * ExpansionMax) return BatchError.BadCompression;
        if (!output.TryReserve((int)plainBytes)) return BatchError.TooLarge;

        var plain = output.WrittenAndRoom.Slice(output.Length, (int)plainBytes);
        if (!TryReadElements(input, plain)) return BatchError.BadCompression;
        output.Advance(plain.Length);
        return BatchError.None;
    }

    private static bool TryReadElements(ReadOnlySpan<byte> input, Span<byte> plain)
    {
        var from = 0;
        var to = 0;
        while (from < input.Length)
        {
            var tag = input[from++];
            if ((tag & 3) == 0)
            {
                if (!TryReadLiteralLength(input, ref from, tag, out var literalBytes)) return false;
                if (literalBytes > input.Length - from || literalBytes > plain.Length - to) return false;
                input.Slice(from, (int)literalBytes).CopyTo(plain[to..]);
                from += (int)literalBytes;
                to += (int)literalBytes;
                continue;
            }

            if (!TryReadCopy(input, ref from, tag, out var distance, out var length)) return false;
            if (distance == 0 || distance > to || length > plain.Length - to) return false;
            LzCopy.Match(plain, to, (int)distance, length);
            to += length;
        }

        return to == plain.Length;
    }

    private static bool TryReadLiteralLength(ReadOnlySpan<byte> input, ref int from, byte tag, out long length)
    {
        length = (tag >> 2) + 1;
        if (length <= 60) return true;
        var lengthBytes = (int)length - 60;
        if (lengthBytes > input.Length - from) return false;
        length = 1;
        for (var i = 0; i < lengthBytes; i++) length += (long)input[from++] << (8 * i);
        return true;
    }

    private static bool TryReadCopy(ReadOnlySpan<byte> input, ref int from, byte tag, out uint distance, out int length)
    {
        distance = 0;
        length = (tag >> 2) + 1;
        var distanceBytes = (tag & 3) switch { 1 => 1, 2 => 2, _ => 4 };
        if (distanceBytes > input.Length - from) return false;
        switch (distanceBytes)
        {
            case 1:
                length = ((tag >> 2) & 7) + 4;
                distance = ((uint)(tag >> 5) << 8) | input[from];
                break;
            case 2:
                distance = BinaryPrimitives.ReadUInt16LittleEndian(input[from..]);
                break;
            default:
                distance = BinaryPrimitives.ReadUInt32LittleEndian(input[from..]);
                break;
        }

        from += distanceBytes;
        return true;
    }

    private static bool TryReadLength(ref ReadOnlySpan<byte> input, out uint length)
    {
        length = 0;
        for (var i = 0; i < VarInt.BytesMax32 && i < input.Length; i++)
        {
            if (i == VarInt.BytesMax32 - 1 && input[i] > 0x0f) return false;
            length |= (uint)(input[i] & 0x7f) << (7 * i);
            if (input[i] >= 0x80) continue;
            input = input[(i + 1)..];
            return length <= int.MaxValue;
        }

        return false;
    }

    private static void WriteLength(int length, OutputBuffer output)
    {
        Span<byte> bytes = stackalloc byte[VarInt.BytesMax32];
        var count = 0;
        var rest = (uint)length;
        for (; rest >= 0x80; rest >>= 7) bytes[count++] = (byte)(rest | 0x80);
        bytes[count++] = (byte)rest;
        Check.That(output.TryWrite(bytes[..count]));
    }

    private readonly struct ElementWriter(OutputBuffer output) : ISequenceSink
    {
        private const int CopyBytesMax = 64;

        public void Add(ReadOnlySpan<byte> literals, int distance, int matchBytes)
        {
            Literal(literals);
            Span<byte> copy = stackalloc byte[3];
            BinaryPrimitives.WriteUInt16LittleEndian(copy[1..], (ushort)distance);
            while (matchBytes > 0)
            {
                var length = Math.Min(matchBytes, CopyBytesMax);
                copy[0] = (byte)(((length - 1) << 2) | 2);
                Check.That(output.TryWrite(copy));
                matchBytes -= length;
            }
        }

        public void Literal(ReadOnlySpan<byte> literals)
        {
            if (literals.IsEmpty) return;
            Check.AtMost(literals.Length, GreedyMatcher.BlockBytesMax);
            var stored = literals.Length - 1;
            Span<byte> tag = [(byte)(stored << 2), (byte)stored, (byte)(stored >> 8)];
            var tagBytes = stored < 60 ? 1 : stored < 256 ? 2 : 3;
            if (tagBytes > 1) tag[0] = (byte)((58 + tagBytes) << 2);
            Check.That(output.TryWrite(tag[..tagBytes]));
            Check.That(output.TryWrite(literals));
        }
    }
}
