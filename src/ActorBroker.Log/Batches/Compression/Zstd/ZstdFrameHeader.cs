using System.Buffers.Binary;

namespace ActorBroker.Log;

/// <summary>What a zstd frame says about itself (RFC 8878 §3.1.1.1).</summary>
internal readonly record struct ZstdFrameHeader(ulong WindowSize, ulong? ContentSize, bool HasChecksum)
{
    private const int SingleSegmentBit = 0x20, ReservedBit = 0x08, ChecksumBit = 0x04, DictionaryMask = 0x03;
    private const int WindowLogMin = 10;

    /// <summary>Reads the header behind the magic number. False when it is cut off, has reserved bits, or needs a dictionary.</summary>
    public static bool TryRead(ref ReadOnlySpan<byte> input, out ZstdFrameHeader header)
    {
        header = default;
        if (input.IsEmpty) return false;
        int descriptor = input[0];
        if ((descriptor & ReservedBit) != 0) return false;
        var isSingleSegment = (descriptor & SingleSegmentBit) != 0;
        var windowBytes = isSingleSegment ? 0 : 1;
        var dictionaryBytes = (descriptor & DictionaryMask) switch { 0 => 0, 1 => 1, 2 => 2, _ => 4 };
        var contentSizeBytes = (descriptor >> 6) switch { 0 => isSingleSegment ? 1 : 0, 1 => 2, 2 => 4, _ => 8 };
        var dictionaryAt = 1 + windowBytes;
        var contentSizeAt = dictionaryAt + dictionaryBytes;
        if (contentSizeAt + contentSizeBytes > input.Length) return false;
        if (input.Slice(dictionaryAt, dictionaryBytes).ContainsAnyExcept((byte)0)) return false;

        var contentSize = ReadContentSize(input.Slice(contentSizeAt, contentSizeBytes));
        var windowSize = isSingleSegment ? contentSize!.Value : WindowSizeOf(input[1]);
        header = new ZstdFrameHeader(windowSize, contentSize, (descriptor & ChecksumBit) != 0);
        input = input[(contentSizeAt + contentSizeBytes)..];
        return true;
    }

    private static ulong? ReadContentSize(ReadOnlySpan<byte> field) => field.Length switch
    {
        0 => null,
        1 => field[0],
        2 => BinaryPrimitives.ReadUInt16LittleEndian(field) + 256ul,   // smaller ones fit one byte
        4 => BinaryPrimitives.ReadUInt32LittleEndian(field),
        _ => BinaryPrimitives.ReadUInt64LittleEndian(field),
    };

    private static ulong WindowSizeOf(byte descriptor)
    {
        var power = 1ul << (WindowLogMin + (descriptor >> 3));
        return power + (power / 8 * (ulong)(descriptor & 7));
    }
}
