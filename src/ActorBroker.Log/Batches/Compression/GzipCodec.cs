using System.Buffers;
using System.IO.Compression;

namespace ActorBroker.Log;

/// <summary>Gzip (RFC 1952), by the framework's deflate.</summary>
internal static class GzipCodec
{
    private const int ChunkBytes = 16 * ByteSizes.KiB;
    private const int MarkBytes = 16;

    /// <summary>A member that is put behind the input. The framework takes a stream that is cut off anywhere for whole; but then it
    /// cannot find the member that follows, nor after bytes that are none. Members are legal one after another.</summary>
    private static readonly byte[] EndMember = BuildEndMember();

    private static ReadOnlySpan<byte> Mark => "end of the stream"u8[..MarkBytes];

    /// <summary>Decompresses one or more members. The framework checks each trailer's CRC and length, and reports by exceptions,
    /// which end here.</summary>
    public static BatchError Decompress(ReadOnlySpan<byte> input, OutputBuffer output)
    {
        if (input.IsEmpty || input.Length > Array.MaxLength - EndMember.Length) return BatchError.BadCompression;
        var copyBytes = input.Length + EndMember.Length;
        var copy = ArrayPool<byte>.Shared.Rent(copyBytes);   // the framework reads streams, and a span cannot be one
        try
        {
            input.CopyTo(copy);
            EndMember.CopyTo(copy.AsSpan(input.Length));
            using var gzip = new GZipStream(new MemoryStream(copy, 0, copyBytes, writable: false), CompressionMode.Decompress);
            return CopyBounded(gzip, output);
        }
        catch (Exception damaged) when (damaged is InvalidDataException or IOException)
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
        using var gzip = new GZipStream(new BufferStream(output), CompressionLevel.Optimal);
        gzip.Write(input);
        if (!input.IsEmpty) return;

        // The framework writes nothing at all for no bytes: this is the empty member.
        Check.That(output.TryWrite([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0]));
    }

    private static byte[] BuildEndMember()
    {
        using var output = new OutputBuffer(Array.MaxLength);
        Compress(Mark, output);
        return output.Written.ToArray();
    }

    /// <summary>Copies all but the mark, which is always held back because it may come at any point.</summary>
    private static BatchError CopyBounded(GZipStream gzip, OutputBuffer output)
    {
        var chunk = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        try
        {
            var held = 0;
            while (true)
            {
                var read = gzip.Read(chunk, held, ChunkBytes - held);
                if (read == 0) return chunk.AsSpan(0, held).SequenceEqual(Mark) ? BatchError.None : BatchError.BadCompression;
                var there = chunk.AsSpan(0, held + read);
                held = Math.Min(there.Length, MarkBytes);
                if (!output.TryWrite(there[..^held])) return BatchError.TooLarge;
                there[^held..].CopyTo(chunk);
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
