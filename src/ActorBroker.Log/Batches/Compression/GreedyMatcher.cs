using System.Buffers;
using System.Buffers.Binary;

namespace ActorBroker.Log;

/// <summary>Takes what <see cref="GreedyMatcher"/> finds, in order.</summary>
internal interface ISequenceSink
{
    /// <summary>Literals as they are, then <paramref name="matchBytes"/> bytes that repeat what is <paramref name="distance"/>
    /// back.</summary>
    void Add(ReadOnlySpan<byte> literals, int distance, int matchBytes);
}

/// <summary>Finds repetitions in a block: one hash table of four-byte words, the first match taken, faster over bytes that do not
/// repeat.</summary>
/// <remarks>Simple on purpose: producers compress for themselves, we do so only where a topic asks for another codec.</remarks>
internal static class GreedyMatcher
{
    /// <summary>Positions fit 16 bits, and so does every distance.</summary>
    public const int BlockBytesMax = 64 * ByteSizes.KiB;

    public const int MatchBytesMin = 4;

    /// <summary>LZ4 wants the last match to begin this far from the end, and the last five bytes plain; harmless elsewhere.</summary>
    private const int LastMatchBeforeEnd = 12;
    private const int PlainAtEnd = 5;

    private const int TableBits = 13;
    private const int SkipAfterMisses = 5;   // 2^5 misses in a row make the step one longer

    /// <summary>Passes all matches to the sink and returns where the literals begin that follow the last one.</summary>
    public static int Run<TSink>(ReadOnlySpan<byte> block, ref TSink sink)
        where TSink : struct, ISequenceSink, allows ref struct
    {
        Check.AtMost(block.Length, BlockBytesMax);
        if (block.Length < LastMatchBeforeEnd + 1) return 0;
        var table = ArrayPool<ushort>.Shared.Rent(1 << TableBits);
        table.AsSpan(0, 1 << TableBits).Clear();
        var literalsAt = Run(block, table, ref sink);
        ArrayPool<ushort>.Shared.Return(table);
        return literalsAt;
    }

    private static int Run<TSink>(ReadOnlySpan<byte> block, ushort[] table, ref TSink sink)
        where TSink : struct, ISequenceSink, allows ref struct
    {
        var literalsAt = 0;
        var at = 0;
        var misses = 0;
        while (at <= block.Length - LastMatchBeforeEnd)
        {
            var word = BinaryPrimitives.ReadUInt32LittleEndian(block[at..]);
            ref var slot = ref table[(int)((word * 2654435761u) >> (32 - TableBits))];   // golden ratio: spreads text well
            int candidate = slot;
            slot = (ushort)at;
            if (candidate >= at || BinaryPrimitives.ReadUInt32LittleEndian(block[candidate..]) != word)
            {
                at += 1 + (misses++ >> SkipAfterMisses);
                continue;
            }

            misses = 0;
            var mayMatch = block[(at + MatchBytesMin)..^PlainAtEnd];
            var matchBytes = MatchBytesMin + mayMatch.CommonPrefixLength(block[(candidate + MatchBytesMin)..]);
            sink.Add(block[literalsAt..at], at - candidate, matchBytes);
            at += matchBytes;
            literalsAt = at;
        }

        Check.AtMost(literalsAt, block.Length);
        return literalsAt;
    }
}
