using System.Buffers.Binary;
using System.Numerics;

namespace ActorBroker.Log;

/// <summary>Decoding table for zstd literals (RFC 8878 §4.2): as many bits as the longest code has give a symbol and its true
/// length.</summary>
internal sealed class HuffmanTable
{
    private const int BitsMax = 11;
    private const int SymbolsMax = 256;
    private const int DirectFrom = 128;           // description bytes from here on: weights of four bits each
    private const int WeightAccuracyLogMax = 6;
    private readonly ushort[] _entries = new ushort[1 << BitsMax];   // symbol | bits << 8
    private readonly FseTable _weightTable = new(WeightAccuracyLogMax);
    private int _bits;

    /// <summary>False until a table was read: then there is nothing that a later block could repeat.</summary>
    public bool IsBuilt { get; private set; }

    /// <summary>Forgets the table, as at the begin of a frame.</summary>
    public void Reset() => IsBuilt = false;

    /// <summary>Reads the description at the start of <paramref name="input"/>. False when it is impossible.</summary>
    public bool TryRead(ReadOnlySpan<byte> input, out int bytesRead)
    {
        IsBuilt = false;
        bytesRead = 0;
        if (input.IsEmpty) return false;
        Span<byte> weights = stackalloc byte[SymbolsMax];
        weights.Clear();
        int head = input[0];
        int count;
        if (head >= DirectFrom)
        {
            count = head - DirectFrom + 1;
            bytesRead = 1 + ((count + 1) / 2);
            if (bytesRead > input.Length) return false;
            for (var i = 0; i < count; i++) weights[i] = (byte)(i % 2 == 0 ? input[1 + (i / 2)] >> 4 : input[1 + (i / 2)] & 15);
        }
        else
        {
            bytesRead = 1 + head;
            if (bytesRead > input.Length || !TryReadCompressedWeights(input[1..bytesRead], weights, out count)) return false;
        }

        IsBuilt = TryBuild(weights, count);
        return IsBuilt;
    }

    /// <summary>Decodes one stream, which must give exactly <paramref name="output"/> and have no bit left.</summary>
    public bool TryDecode(ReadOnlySpan<byte> stream, Span<byte> output)
    {
        Check.That(IsBuilt);
        if (!ReverseBits.TryOpen(stream, out var bits)) return false;
        var entries = _entries.AsSpan(0, 1 << _bits);
        var mask = (1UL << _bits) - 1;
        var at = 0;

        // A word has 57 bits or more: five codes of eleven.
        for (; bits.BitsLeft >= 64 && output.Length - at >= 5; at += 5)
        {
            var word = bits.PeekWord(out var wordBits);
            var left = wordBits;
            var five = output.Slice(at, 5);
            for (var i = 0; i < five.Length; i++)
            {
                int entry = entries[(int)((word >> (left - _bits)) & mask)];
                five[i] = (byte)entry;
                left -= entry >> 8;
            }

            bits.Skip(wordBits - left);
        }

        for (; at < output.Length; at++)
        {
            int entry = entries[(int)bits.Peek(_bits)];
            output[at] = (byte)entry;
            bits.Skip(entry >> 8);
        }

        return bits.BitsLeft == 0;
    }

    /// <summary>Decodes four streams behind a table of three sizes; each but the last gives a quarter, rounded up.</summary>
    public bool TryDecodeFour(ReadOnlySpan<byte> streams, Span<byte> output)
    {
        const int SizesBytes = 6;
        if (streams.Length < SizesBytes) return false;
        var quarter = (output.Length + 3) / 4;
        if (3 * quarter > output.Length) return false;
        var rest = streams[SizesBytes..];
        for (var i = 0; i < 3; i++)
        {
            int size = BinaryPrimitives.ReadUInt16LittleEndian(streams[(2 * i)..]);
            if (size > rest.Length || !TryDecode(rest[..size], output.Slice(i * quarter, quarter))) return false;
            rest = rest[size..];
        }

        return TryDecode(rest, output[(3 * quarter)..]);
    }

    /// <summary>Two states take turns in one stream; it ends when a state cannot be renewed, and the other gives the last weight.</summary>
    private bool TryReadCompressedWeights(ReadOnlySpan<byte> input, Span<byte> weights, out int count)
    {
        count = 0;
        if (!_weightTable.TryRead(input, symbolMax: BitsMax + 1, out var tableBytes)) return false;
        if (!ReverseBits.TryOpen(input[tableBytes..], out var bits)) return false;
        var entries = _weightTable.Entries;
        var state = bits.Read(_weightTable.AccuracyLog);
        var other = bits.Read(_weightTable.AccuracyLog);
        if (bits.BitsLeft < 0) return false;
        while (count < SymbolsMax - 2)
        {
            var entry = entries[(int)state];
            weights[count++] = entry.Symbol;
            state = entry.NextBase + bits.Read(entry.Bits);
            if (bits.BitsLeft < 0)
            {
                weights[count++] = entries[(int)other].Symbol;
                return true;
            }

            (state, other) = (other, state);
        }

        return false;
    }

    /// <summary>The last symbol's weight is not stored: it fills what the others leave of a power of two.</summary>
    private bool TryBuild(Span<byte> weights, int count)
    {
        if (count >= SymbolsMax) return false;
        var sum = 0;
        foreach (var weight in weights[..count])
        {
            if (weight > BitsMax) return false;
            sum += (1 << weight) >> 1;
        }

        if (sum == 0) return false;
        _bits = BitOperations.Log2((uint)sum) + 1;
        var missing = (1 << _bits) - sum;
        if (_bits > BitsMax || !BitOperations.IsPow2(missing)) return false;
        weights[count] = (byte)(BitOperations.Log2((uint)missing) + 1);

        // Longest codes first, symbols in order; a code of b bits owns 2^(max-b) entries.
        var at = 0;
        for (var weight = 1; weight <= _bits; weight++)
        {
            for (var symbol = 0; symbol <= count; symbol++)
            {
                if (weights[symbol] != weight) continue;
                var entries = 1 << (weight - 1);
                _entries.AsSpan(at, entries).Fill((ushort)(symbol | ((_bits + 1 - weight) << 8)));
                at += entries;
            }
        }

        Check.That(at == 1 << _bits);
        return true;
    }
}
