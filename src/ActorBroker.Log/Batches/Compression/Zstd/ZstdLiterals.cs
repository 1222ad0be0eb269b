namespace ActorBroker.Log;

/// <summary>The first section of a zstd block: the bytes that its sequences do not repeat from elsewhere (RFC 8878 §3.1.1.3.1).</summary>
internal sealed class ZstdLiterals
{
    private const int TypeRaw = 0, TypeRle = 1, TypeCompressed = 2;
    private readonly HuffmanTable _huffman = new();
    private byte[] _buffer = [];

    /// <summary>Forgets the Huffman table, as at the begin of a frame.</summary>
    public void Reset() => _huffman.Reset();

    /// <summary>Reads the section at the start of <paramref name="block"/>. False when it is damaged or gives more than
    /// <paramref name="bytesMax"/>.</summary>
    /// <param name="literals">In the block or in a buffer that the next call overwrites.</param>
    /// <param name="bytesRead">Size of the section.</param>
    public bool TryRead(ReadOnlySpan<byte> block, int bytesMax, out ReadOnlySpan<byte> literals, out int bytesRead)
    {
        literals = default;
        bytesRead = 0;
        if (block.IsEmpty) return false;
        var type = block[0] & 3;
        return type is TypeRaw or TypeRle
            ? TryReadPlain(block, type, bytesMax, out literals, out bytesRead)
            : TryReadHuffman(block, type, bytesMax, out literals, out bytesRead);
    }

    private bool TryReadPlain(ReadOnlySpan<byte> block, int type, int bytesMax, out ReadOnlySpan<byte> literals, out int bytesRead)
    {
        literals = default;
        bytesRead = 0;
        var format = (block[0] >> 2) & 3;
        var headBytes = format switch { 1 => 2, 3 => 3, _ => 1 };
        if (headBytes > block.Length) return false;
        var size = headBytes == 1 ? block[0] >> 3 : (int)(Little(block, headBytes) >> 4);
        bytesRead = headBytes + (type == TypeRle ? 1 : size);
        if (size > bytesMax || bytesRead > block.Length) return false;
        if (type == TypeRaw)
        {
            literals = block.Slice(headBytes, size);
            return true;
        }

        var run = Buffer(size);
        run.Fill(block[headBytes]);
        literals = run;
        return true;
    }

    private bool TryReadHuffman(ReadOnlySpan<byte> block, int type, int bytesMax, out ReadOnlySpan<byte> literals, out int bytesRead)
    {
        literals = default;
        bytesRead = 0;
        var format = (block[0] >> 2) & 3;
        var headBytes = format switch { 0 or 1 => 3, 2 => 4, _ => 5 };
        var sizeBits = format switch { 0 or 1 => 10, 2 => 14, _ => 18 };
        if (headBytes > block.Length) return false;
        var head = Little(block, headBytes) >> 4;
        var size = (int)(head & ((1UL << sizeBits) - 1));
        var compressedBytes = (int)(head >> sizeBits);
        bytesRead = headBytes + compressedBytes;
        if (size > bytesMax || bytesRead > block.Length) return false;

        var streams = block.Slice(headBytes, compressedBytes);
        if (type == TypeCompressed)
        {
            if (!_huffman.TryRead(streams, out var treeBytes)) return false;
            streams = streams[treeBytes..];
        }

        if (!_huffman.IsBuilt) return false;
        var output = Buffer(size);
        literals = output;
        return format == 0 ? _huffman.TryDecode(streams, output) : _huffman.TryDecodeFour(streams, output);
    }

    private static ulong Little(ReadOnlySpan<byte> bytes, int count)
    {
        ulong value = 0;
        for (var i = 0; i < count; i++) value |= (ulong)bytes[i] << (8 * i);
        return value;
    }

    private Span<byte> Buffer(int size)
    {
        if (_buffer.Length < size) _buffer = new byte[ZstdCodec.BlockBytesMax];
        return _buffer.AsSpan(0, size);
    }
}
