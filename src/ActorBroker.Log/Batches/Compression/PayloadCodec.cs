namespace ActorBroker.Log;

/// <summary>Compresses and decompresses the payload of a batch by its codec.</summary>
public static class PayloadCodec
{
    /// <summary>Decompresses untrusted bytes. Never throws; writes at most <paramref name="bytesMax"/> bytes, whatever the stream
    /// claims.</summary>
    /// <param name="codec">May be a number without a name: <see cref="BatchError.BadCompression"/>.</param>
    /// <param name="input">The whole stream and nothing else.</param>
    /// <param name="bytesMax">Above it the answer is <see cref="BatchError.TooLarge"/>.</param>
    /// <param name="plain">The caller's to dispose; null unless the answer is <see cref="BatchError.None"/>.</param>
    public static BatchError Decompress(CompressionCodec codec, ReadOnlySpan<byte> input, int bytesMax, out BatchLease? plain)
    {
        using var output = new OutputBuffer(bytesMax, expectedBytes: (int)Math.Min(4L * input.Length, bytesMax));
        var error = codec switch
        {
            CompressionCodec.None => output.TryWrite(input) ? BatchError.None : BatchError.TooLarge,
            CompressionCodec.Gzip => GzipCodec.Decompress(input, output),
            CompressionCodec.Snappy => SnappyCodec.Decompress(input, output),
            CompressionCodec.Lz4 => Lz4Codec.Decompress(input, output),
            CompressionCodec.Zstd => ZstdCodec.Decompress(input, output),
            _ => BatchError.BadCompression,
        };
        plain = error == BatchError.None ? output.ToLease() : null;
        return error;
    }

    /// <summary>Compresses bytes of our own. The caller disposes the lease.</summary>
    public static BatchLease Compress(CompressionCodec codec, ReadOnlySpan<byte> input)
    {
        using var output = new OutputBuffer(Array.MaxLength, expectedBytes: input.Length);
        switch (codec)
        {
            case CompressionCodec.Gzip:
                GzipCodec.Compress(input, output);
                break;
            case CompressionCodec.Snappy:
                SnappyCodec.CompressXerial(input, output);
                break;
            case CompressionCodec.Lz4:
                Lz4Codec.Compress(input, output);
                break;
            case CompressionCodec.Zstd:
                ZstdCompressor.Compress(input, output);
                break;
            default:
                Check.That(codec == CompressionCodec.None);
                Check.That(output.TryWrite(input));
                break;
        }

        return output.ToLease();
    }
}
