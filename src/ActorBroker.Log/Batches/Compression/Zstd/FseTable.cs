using System.Buffers.Binary;
using System.Numerics;

namespace ActorBroker.Log;

/// <summary>Decoding table of finite state entropy (RFC 8878 §4.1): a state is an index; its entry gives a symbol, and how the next
/// state follows from so many bits.</summary>
internal sealed class FseTable(int accuracyLogMax)
{
    public const int SymbolsMax = 256;
    private const int AccuracyLogMin = 5;
    private readonly Entry[] _entries = new Entry[1 << accuracyLogMax];

    /// <summary>log2 of the number of states; the first state is as many bits of the stream.</summary>
    public int AccuracyLog { get; private set; }

    /// <summary>False until a table was built: then there is nothing that a later block could repeat.</summary>
    public bool IsBuilt { get; private set; }

    /// <summary>One entry for each state. A state out of the stream's bits is always within.</summary>
    public ReadOnlySpan<Entry> Entries => _entries.AsSpan(0, 1 << AccuracyLog);

    /// <summary>Forgets the table, as at the begin of a frame.</summary>
    public void Reset() => IsBuilt = false;

    /// <summary>The table of a stream that has one symbol only and no bits.</summary>
    public void BuildSingle(byte symbol)
    {
        AccuracyLog = 0;
        _entries[0] = new Entry(symbol, 0, 0);
        IsBuilt = true;
    }

    /// <summary>Reads the probabilities at the start of <paramref name="input"/> and builds the table. False when they are
    /// impossible.</summary>
    /// <param name="symbolMax">Largest symbol allowed.</param>
    /// <param name="bytesRead">What the description took.</param>
    public bool TryRead(ReadOnlySpan<byte> input, int symbolMax, out int bytesRead)
    {
        Span<short> probabilities = stackalloc short[SymbolsMax];
        if (!TryReadProbabilities(input, symbolMax, probabilities, out var accuracyLog, out var symbolCount, out bytesRead)) return false;
        Build(probabilities[..symbolCount], accuracyLog);
        return true;
    }

    /// <summary>Builds the table. The probabilities add up to the number of states, −1 counting as one.</summary>
    public void Build(ReadOnlySpan<short> probabilities, int accuracyLog)
    {
        Check.AtMost(accuracyLog, accuracyLogMax);
        var size = 1 << accuracyLog;
        var entries = _entries.AsSpan(0, size);
        Span<ushort> next = stackalloc ushort[SymbolsMax];
        var high = size;
        for (var symbol = 0; symbol < probabilities.Length; symbol++)
        {
            next[symbol] = (ushort)Math.Abs((int)probabilities[symbol]);
            if (probabilities[symbol] < 0) entries[--high] = new Entry((byte)symbol, 0, 0);   // less than one: a state at the top
        }

        Spread(probabilities, entries, high);
        for (var state = 0; state < size; state++)
        {
            var symbol = entries[state].Symbol;
            int position = next[symbol]++;
            var bits = accuracyLog - BitOperations.Log2((uint)position);
            entries[state] = new Entry(symbol, (byte)bits, (ushort)((position << bits) - size));
        }

        AccuracyLog = accuracyLog;
        IsBuilt = true;
    }

    /// <summary>The step that scatters the symbols over the states; both sides must take the same.</summary>
    public static int SpreadStep(int size) => (size >> 1) + (size >> 3) + 3;

    private static void Spread(ReadOnlySpan<short> probabilities, Span<Entry> entries, int high)
    {
        var mask = entries.Length - 1;
        var step = SpreadStep(entries.Length);
        var at = 0;
        for (var symbol = 0; symbol < probabilities.Length; symbol++)
        {
            for (var i = 0; i < probabilities[symbol]; i++)
            {
                entries[at] = new Entry((byte)symbol, 0, 0);
                do at = (at + step) & mask; while (at >= high && high > 0);
            }
        }

        Check.That(at == 0 || high == 0);   // the step is odd: every state is met once
    }

    private bool TryReadProbabilities(
        ReadOnlySpan<byte> input,
        int symbolMax,
        Span<short> probabilities,
        out int accuracyLog,
        out int symbolCount,
        out int bytesRead)
    {
        var bitAt = 0;
        accuracyLog = (int)Bits(input, ref bitAt, 4) + AccuracyLogMin;
        symbolCount = 0;
        bytesRead = 0;
        if (accuracyLog > accuracyLogMax) return false;

        var left = (1 << accuracyLog) + 1;   // one more than what the states have left, so that it never gets to 0
        var bits = accuracyLog + 1;
        while (left > 1 && symbolCount <= symbolMax)
        {
            // Values below `spare` fit one bit less: the bits can say more than there is left.
            var spare = (2 << (bits - 1)) - 1 - left;
            var value = (int)Bits(input, ref bitAt, bits - 1);
            if (value >= spare)
            {
                value |= (int)Bits(input, ref bitAt, 1) << (bits - 1);
                if (value >= 1 << (bits - 1)) value -= spare;
            }

            var probability = value - 1;
            probabilities[symbolCount++] = (short)probability;
            left -= Math.Abs(probability);
            if (left < 1) return false;
            if (probability == 0 && !TrySkipZeros(input, ref bitAt, symbolMax, probabilities, ref symbolCount)) return false;
            while (left < 1 << (bits - 1) && bits > 1) bits--;
        }

        bytesRead = (bitAt + 7) / 8;
        return left == 1 && bytesRead <= input.Length;
    }

    /// <summary>After a probability of zero: two bits say how many more zeros follow; three says that two more bits do.</summary>
    private static bool TrySkipZeros(
        ReadOnlySpan<byte> input, ref int bitAt, int symbolMax, Span<short> probabilities, ref int symbolCount)
    {
        uint more;
        do
        {
            more = Bits(input, ref bitAt, 2);
            if (symbolCount + more > symbolMax + 1) return false;
            for (var i = 0; i < more; i++) probabilities[symbolCount++] = 0;
        }
        while (more == 3);
        return true;
    }

    /// <summary>Up to 16 bits, from the begin to the end; zeros behind the end, which the caller notices by the count of bytes.</summary>
    private static uint Bits(ReadOnlySpan<byte> input, ref int bitAt, int count)
    {
        var byteAt = bitAt >> 3;
        uint word = 0;
        if (input.Length - byteAt >= sizeof(uint))
        {
            word = BinaryPrimitives.ReadUInt32LittleEndian(input[byteAt..]);
        }
        else
        {
            for (var i = 0; byteAt + i < input.Length; i++) word |= (uint)input[byteAt + i] << (8 * i);
        }

        word = (word >> (bitAt & 7)) & ((1u << count) - 1);
        bitAt += count;
        return word;
    }

    /// <summary>What a state means: its symbol; the next state is the base plus so many bits.</summary>
    internal readonly record struct Entry(byte Symbol, byte Bits, ushort NextBase);
}
