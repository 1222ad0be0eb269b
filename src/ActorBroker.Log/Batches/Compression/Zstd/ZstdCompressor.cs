using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;

namespace ActorBroker.Log;

/// <summary>Writes legal zstd frames the simple way: blocks of 64 KiB, matches of <see cref="GreedyMatcher"/> within a block, sequences
/// with the predefined tables, literals plain. About the ratio of LZ4; no Huffman coding, no repeated distances, no checksum.</summary>
internal static class ZstdCompressor
{
    private const int BlockBytes = GreedyMatcher.BlockBytesMax;
    private const int SequencesMax = BlockBytes / GreedyMatcher.MatchBytesMin;
    private const int TypeRaw = 0, TypeRun = 1, TypeCompressed = 2;
    private const int OffsetCodeBase = 3;   // values 1-3 would name recent distances

    private static readonly FseEncoder LiteralLengths = new(ZstdCodes.LiteralLengthDefault, ZstdCodes.LiteralLengthDefaultAccuracy);
    private static readonly FseEncoder MatchLengths = new(ZstdCodes.MatchLengthDefault, ZstdCodes.MatchLengthDefaultAccuracy);
    private static readonly FseEncoder Offsets = new(ZstdCodes.OffsetDefault, ZstdCodes.OffsetDefaultAccuracy);

    /// <summary>Magic; descriptor: content size in four bytes; window of 128 KiB.</summary>
    private static ReadOnlySpan<byte> FrameHead => [0x28, 0xb5, 0x2f, 0xfd, 0x80, (17 - 10) << 3];

    public static void Compress(ReadOnlySpan<byte> input, OutputBuffer output)
    {
        Span<byte> contentSize = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(contentSize, (uint)input.Length);
        Check.That(output.TryWrite(FrameHead));
        Check.That(output.TryWrite(contentSize));
        do
        {
            var block = input[..Math.Min(input.Length, BlockBytes)];
            input = input[block.Length..];
            WriteBlock(block, isLast: input.IsEmpty, output);
        }
        while (!input.IsEmpty);
    }

    private static void WriteBlock(ReadOnlySpan<byte> block, bool isLast, OutputBuffer output)
    {
        var headAt = output.Length;
        Check.That(output.TryWrite([0, 0, 0]));
        if (block.Length > 1 && !block.ContainsAnyExcept(block[0]))
        {
            Check.That(output.TryWrite(block[..1]));
            WriteHead(output.Written[headAt..], TypeRun, block.Length, isLast);
            return;
        }

        var bodyAt = output.Length;
        if (TryWriteSequences(block, output) && output.Length - bodyAt < block.Length)
        {
            WriteHead(output.Written[headAt..], TypeCompressed, output.Length - bodyAt, isLast);
            return;
        }

        output.CutTo(bodyAt);
        Check.That(output.TryWrite(block));
        WriteHead(output.Written[headAt..], TypeRaw, block.Length, isLast);
    }

    private static void WriteHead(Span<byte> to, int type, int size, bool isLast)
    {
        var head = (size << 3) | (type << 1) | (isLast ? 1 : 0);
        (to[0], to[1], to[2]) = ((byte)head, (byte)(head >> 8), (byte)(head >> 16));
    }

    /// <summary>Writes both sections of a compressed block. False when nothing repeats.</summary>
    private static bool TryWriteSequences(ReadOnlySpan<byte> block, OutputBuffer output)
    {
        var sequences = ArrayPool<Sequence>.Shared.Rent(SequencesMax);
        var literals = ArrayPool<byte>.Shared.Rent(BlockBytes);
        var found = new Collector(sequences, literals);
        var literalsAt = GreedyMatcher.Run(block, ref found);
        found.Last(block[literalsAt..]);
        if (found.Count > 0)
        {
            WriteLiterals(literals.AsSpan(0, found.LiteralBytes), output);
            WriteSequences(sequences.AsSpan(0, found.Count), output);
        }

        ArrayPool<Sequence>.Shared.Return(sequences);
        ArrayPool<byte>.Shared.Return(literals);
        return found.Count > 0;
    }

    private static void WriteLiterals(ReadOnlySpan<byte> literals, OutputBuffer output)
    {
        var size = literals.Length;
        if (size < 32) Check.That(output.TryWrite([(byte)(size << 3)]));
        else if (size < 4096) Check.That(output.TryWrite([(byte)((size << 4) | (1 << 2)), (byte)(size >> 4)]));
        else Check.That(output.TryWrite([(byte)((size << 4) | (3 << 2)), (byte)(size >> 4), (byte)(size >> 12)]));
        Check.That(output.TryWrite(literals));
    }

    private static void WriteSequences(ReadOnlySpan<Sequence> sequences, OutputBuffer output)
    {
        var count = sequences.Length;
        Check.That(count < 0x7f00);
        if (count < 128) Check.That(output.TryWrite([(byte)count]));
        else Check.That(output.TryWrite([(byte)((count >> 8) + 128), (byte)count]));
        Check.That(output.TryWrite([0]));   // predefined tables for all three

        // Everything goes in backwards, because it is read backwards.
        var bits = new ForwardBits(output);
        var last = new Codes(sequences[^1]);
        var literalState = LiteralLengths.Start(last.LiteralLength);
        var matchState = MatchLengths.Start(last.MatchLength);
        var offsetState = Offsets.Start(last.Offset);
        last.WriteExtraBits(ref bits, sequences[^1]);
        for (var i = count - 2; i >= 0; i--)
        {
            var codes = new Codes(sequences[i]);
            offsetState = Offsets.Encode(ref bits, offsetState, codes.Offset);
            matchState = MatchLengths.Encode(ref bits, matchState, codes.MatchLength);
            literalState = LiteralLengths.Encode(ref bits, literalState, codes.LiteralLength);
            codes.WriteExtraBits(ref bits, sequences[i]);
        }

        MatchLengths.Finish(ref bits, matchState);
        Offsets.Finish(ref bits, offsetState);
        LiteralLengths.Finish(ref bits, literalState);
        bits.Close();
    }

    private readonly record struct Sequence(int LiteralBytes, int OffsetValue, int MatchBytes);

    /// <summary>The codes of one sequence; what they leave open follows in extra bits.</summary>
    private readonly struct Codes(Sequence sequence)
    {
        public readonly int LiteralLength = CodeOf(ZstdCodes.LiteralLengthBase, sequence.LiteralBytes);
        public readonly int MatchLength = CodeOf(ZstdCodes.MatchLengthBase, sequence.MatchBytes);
        public readonly int Offset = BitOperations.Log2((uint)sequence.OffsetValue);

        public void WriteExtraBits(ref ForwardBits bits, Sequence of)
        {
            bits.Write((uint)(of.LiteralBytes - ZstdCodes.LiteralLengthBase[LiteralLength]), ZstdCodes.LiteralLengthBits[LiteralLength]);
            bits.Write((uint)(of.MatchBytes - ZstdCodes.MatchLengthBase[MatchLength]), ZstdCodes.MatchLengthBits[MatchLength]);
            bits.Write((uint)of.OffsetValue, Offset);
        }

        private static int CodeOf(ReadOnlySpan<int> bases, int value)
        {
            var found = bases.BinarySearch(value);
            return found >= 0 ? found : ~found - 1;
        }
    }

    private struct Collector(Sequence[] sequences, byte[] literals) : ISequenceSink
    {
        public int Count { get; private set; }

        public int LiteralBytes { get; private set; }

        public void Add(ReadOnlySpan<byte> plain, int distance, int matchBytes)
        {
            sequences[Count++] = new Sequence(plain.Length, distance + OffsetCodeBase, matchBytes);
            Last(plain);
        }

        public void Last(ReadOnlySpan<byte> plain)
        {
            plain.CopyTo(literals.AsSpan(LiteralBytes));
            LiteralBytes += plain.Length;
        }
    }
}
