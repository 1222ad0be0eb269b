using System.Buffers;
using System.IO.Compression;

namespace ActorBroker.Log;

/// <summary>Gzip (RFC 1952), by the framework's deflate.</summary>
internal static class GzipCodec
{
    private const int ChunkBytes = 16 * ByteSizes.KiB;

    /// <summary>Decompresses one or more members. The framework checks each trailer's CRC and length, and reports by exceptions,
    /// which end here.</summary>
    public static BatchError Decompress(ReadOnlySpan<byte> input, OutputBuffer output)
    {
        if (input.IsEmpty) return BatchError.BadCompression;
        var copy = ArrayPool<byte>.Shared.Rent(input.Length);   // the framework reads streams, and a span cannot be one
        try
        {
            input.CopyTo(copy);
            using var gzip = new GZipStream(new MemoryStream(copy, 0, input.Length, writable: false), CompressionMode.Decompress);
            return CopyBounded(gzip, output);
        }
        catch (InvalidDataException)
        {
            return BatchError.BadCompression;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(copy);
        }
    }

    public static void Compress(ReadOnlySpan<byte> input, OutputBuffer output)
    {
        using var gzip = new GZipStream(new BufferStream(output), CompressionLevel.Fastest);
        gzip.Write(input);
    }

    private static BatchError CopyBounded(GZipStream gzip, OutputBuffer output)
    {
        var chunk = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        try
        {
            while (true)
            {
                var read = gzip.Read(chunk);
                if (read == 0) return BatchError.None;
                if (!output.TryWrite(chunk.AsSpan(0, read))) return BatchError.TooLarge;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }
    }

    /// <summary>The stream that the framework's compressor wants, over our buffer.</summary>
    private sealed class BufferStream(OutputBuffer output) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Write(ReadOnlySpan<byte> buffer) => Check.That(output.TryWrite(buffer));

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
