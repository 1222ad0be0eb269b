namespace ActorBroker.Log;

/// <summary>The second section of a zstd block: copy so many literals, then repeat so many bytes from so far back
/// (RFC 8878 §3.1.1.3.2), and the execution of it.</summary>
internal sealed class ZstdSequences
{
    private const int ModePredefined = 0, ModeRle = 1, ModeCompressed = 2;
    private readonly FseTable _literalLengths = new(ZstdCodes.LiteralLengthAccuracyMax);
    private readonly FseTable _matchLengths = new(ZstdCodes.MatchLengthAccuracyMax);
    private readonly FseTable _offsets = new(ZstdCodes.OffsetAccuracyMax);
    private uint _recent1, _recent2, _recent3;

    /// <summary>Forgets tables and recent distances, as at the begin of a frame.</summary>
    public void Reset()
    {
        _literalLengths.Reset();
        _matchLengths.Reset();
        _offsets.Reset();
        (_recent1, _recent2, _recent3) = (1, 4, 8);
    }

    /// <summary>Executes the section.</summary>
    /// <param name="section">All of the block behind its literals.</param>
    /// <param name="window">The frame's bytes so far, then room for the block.</param>
    /// <param name="start">Where the room begins.</param>
    /// <param name="isFull">True when the room was too small.</param>
    /// <returns>The bytes written; −1 when the section is damaged or the room too small.</returns>
    public int Execute(ReadOnlySpan<byte> section, ReadOnlySpan<byte> literals, Span<byte> window, int start, out bool isFull)
    {
        isFull = false;
        if (!TryReadCount(ref section, out var count)) return -1;
        var to = start;
        if (count > 0)
        {
            if (!TryReadTables(ref section)) return -1;
            to = ExecuteAll(section, count, ref literals, window, start, out isFull);
            if (to < 0) return -1;
        }
        else if (!section.IsEmpty)
        {
            return -1;
        }

        isFull = literals.Length > window.Length - to;
        if (isFull) return -1;
        literals.CopyTo(window[to..]);
        return to + literals.Length - start;
    }

    private static bool TryReadCount(ref ReadOnlySpan<byte> section, out int count)
    {
        count = 0;
        if (section.IsEmpty) return false;
        var headBytes = section[0] switch { < 128 => 1, < 255 => 2, _ => 3 };
        if (headBytes > section.Length) return false;
        count = headBytes switch
        {
            1 => section[0],
            2 => ((section[0] - 128) << 8) + section[1],
            _ => section[1] + (section[2] << 8) + 0x7f00,
        };
        section = section[headBytes..];
        return true;
    }

    private bool TryReadTables(ref ReadOnlySpan<byte> section)
    {
        if (section.IsEmpty) return false;
        int modes = section[0];
        section = section[1..];
        return (modes & 3) == 0
            && TryReadTable(ref section, modes >> 6, _literalLengths,
                ZstdCodes.LiteralLengthMax, ZstdCodes.LiteralLengthDefault, ZstdCodes.LiteralLengthDefaultAccuracy)
            && TryReadTable(ref section, (modes >> 4) & 3, _offsets,
                ZstdCodes.OffsetMax, ZstdCodes.OffsetDefault, ZstdCodes.OffsetDefaultAccuracy)
            && TryReadTable(ref section, (modes >> 2) & 3, _matchLengths,
                ZstdCodes.MatchLengthMax, ZstdCodes.MatchLengthDefault, ZstdCodes.MatchLengthDefaultAccuracy);
    }

    private static bool TryReadTable(
        ref ReadOnlySpan<byte> section, int mode, FseTable table, int symbolMax, ReadOnlySpan<short> predefined, int predefinedAccuracy)
    {
        switch (mode)
        {
            case ModePredefined:
                table.Build(predefined, predefinedAccuracy);
                return true;
            case ModeRle:
                if (section.IsEmpty || section[0] > symbolMax) return false;
                table.BuildSingle(section[0]);
                section = section[1..];
                return true;
            case ModeCompressed:
                table.Reset();
                if (!table.TryRead(section, symbolMax, out var bytesRead)) return false;
                section = section[bytesRead..];
                return true;
            default:
                return table.IsBuilt;   // repeat that of the block before
        }
    }

    private int ExecuteAll(
        ReadOnlySpan<byte> stream, int count, ref ReadOnlySpan<byte> literals, Span<byte> window, int start, out bool isFull)
    {
        isFull = false;
        if (!ReverseBits.TryOpen(stream, out var bits)) return -1;
        var literalEntries = _literalLengths.Entries;
        var offsetEntries = _offsets.Entries;
        var matchEntries = _matchLengths.Entries;
        var literalState = bits.Read(_literalLengths.AccuracyLog);
        var offsetState = bits.Read(_offsets.AccuracyLog);
        var matchState = bits.Read(_matchLengths.AccuracyLog);

        var to = start;
        for (var left = count; left > 0; left--)
        {
            var literal = literalEntries[(int)literalState];
            var offset = offsetEntries[(int)offsetState];
            var match = matchEntries[(int)matchState];
            var offsetValue = (1u << offset.Symbol) + bits.Read(offset.Symbol);
            var matchBytes = ZstdCodes.MatchLengthBase[match.Symbol] + (int)bits.Read(ZstdCodes.MatchLengthBits[match.Symbol]);
            var literalBytes = ZstdCodes.LiteralLengthBase[literal.Symbol] + (int)bits.Read(ZstdCodes.LiteralLengthBits[literal.Symbol]);
            if (left > 1)
            {
                literalState = literal.NextBase + bits.Read(literal.Bits);
                matchState = match.NextBase + bits.Read(match.Bits);
                offsetState = offset.NextBase + bits.Read(offset.Bits);
            }

            var distance = DistanceOf(offsetValue, literalBytes);
            if (bits.BitsLeft < 0 || literalBytes > literals.Length) return -1;
            isFull = literalBytes + matchBytes > window.Length - to;
            if (isFull) return -1;
            literals[..literalBytes].CopyTo(window[to..]);
            literals = literals[literalBytes..];
            to += literalBytes;
            if (distance == 0 || distance > to) return -1;
            LzCopy.Match(window, to, (int)distance, matchBytes);
            to += matchBytes;
        }

        return bits.BitsLeft == 0 ? to : -1;
    }

    /// <summary>Values 1-3 name one of the recent distances, counted from the second where no literals come first; then 3 is the
    /// first less one. 0 in a damaged stream.</summary>
    private uint DistanceOf(uint value, int literalBytes)
    {
        if (value > 3)
        {
            (_recent1, _recent2, _recent3) = (value - 3, _recent1, _recent2);
            return _recent1;
        }

        switch (literalBytes == 0 ? value + 1 : value)
        {
            case 1:
                break;
            case 2:
                (_recent1, _recent2) = (_recent2, _recent1);
                break;
            case 3:
                (_recent1, _recent2, _recent3) = (_recent3, _recent1, _recent2);
                break;
            default:
                (_recent1, _recent2, _recent3) = (_recent1 - 1, _recent1, _recent2);
                break;
        }

        return _recent1;
    }
}
