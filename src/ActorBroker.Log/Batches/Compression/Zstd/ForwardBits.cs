using System.Buffers.Binary;

namespace ActorBroker.Log;

/// <summary>Writes the bitstream that <see cref="ReverseBits"/> reads.</summary>
internal ref struct ForwardBits(OutputBuffer output)
{
    private ulong _word;
    private int _bits;

    /// <summary>Writes the low <paramref name="count"/> bits of a value, 0 … 32.</summary>
    public void Write(uint value, int count)
    {
        _word |= (value & ((1UL << count) - 1)) << _bits;
        _bits += count;
        if (_bits < 32) return;
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, (uint)_word);
        Check.That(output.TryWrite(bytes));
        _word >>= 32;
        _bits -= 32;
    }

    /// <summary>Writes the mark that ends the stream, and what is left of the last bytes.</summary>
    public void Close()
    {
        Write(1, 1);
        for (; _bits > 0; _bits -= 8, _word >>= 8) Check.That(output.TryWrite([(byte)_word]));
    }
}
