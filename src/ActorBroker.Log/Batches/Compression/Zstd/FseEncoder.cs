using System.Numerics;

namespace ActorBroker.Log;

/// <summary>The encoding side of an <see cref="FseTable"/>: symbols go in last to first, bits come out that the decoder reads
/// back.</summary>
internal sealed class FseEncoder
{
    private readonly ushort[] _states;
    private readonly (int BitsAndLimit, int FirstState)[] _symbols;
    private readonly int _accuracyLog;

    /// <param name="probabilities">As for <see cref="FseTable.Build"/>.</param>
    public FseEncoder(ReadOnlySpan<short> probabilities, int accuracyLog)
    {
        var decoder = new FseTable(accuracyLog);
        decoder.Build(probabilities, accuracyLog);
        _accuracyLog = accuracyLog;
        var size = 1 << accuracyLog;
        _states = new ushort[size];
        _symbols = new (int, int)[probabilities.Length];

        var first = 0;
        for (var symbol = 0; symbol < probabilities.Length; symbol++)
        {
            var count = Math.Abs((int)probabilities[symbol]);
            if (count == 0) continue;

            // A symbol with n states takes k or k+1 bits: k+1 from the state (n << k+1) on. Both facts in one number, as its upper
            // half is the bits when the state is added.
            var bits = accuracyLog - (count == 1 ? 0 : BitOperations.Log2((uint)count - 1));
            _symbols[symbol] = ((bits << 16) - (count << bits), first - count);
            var place = first;
            for (var state = 0; state < size; state++)
            {
                if (decoder.Entries[state].Symbol == symbol) _states[place++] = (ushort)(size + state);
            }

            Check.That(place == first + count);
            first = place;
        }

        Check.That(first == size);
    }

    /// <summary>The state that stands for the last symbol of all.</summary>
    public int Start(int symbol)
    {
        var (bitsAndLimit, firstState) = _symbols[symbol];
        var bits = (bitsAndLimit + (1 << 15)) >> 16;
        return _states[(((bits << 16) - bitsAndLimit) >> bits) + firstState];
    }

    /// <summary>Moves from the state of the next symbol to that of <paramref name="symbol"/>, which comes before it.</summary>
    public int Encode(ref ForwardBits output, int state, int symbol)
    {
        var (bitsAndLimit, firstState) = _symbols[symbol];
        var bits = (state + bitsAndLimit) >> 16;
        output.Write((uint)state, bits);
        return _states[(state >> bits) + firstState];
    }

    /// <summary>Writes the state of the first symbol of all, with which the decoder begins.</summary>
    public void Finish(ref ForwardBits output, int state) => output.Write((uint)state, _accuracyLog);
}
