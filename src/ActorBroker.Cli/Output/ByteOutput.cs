using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace ActorBroker.Cli.Output;

/// <summary>Collects what is printed, as bytes, and hands it on in large pieces.</summary>
internal sealed class ByteOutput(Stream stream) : IBufferWriter<byte>
{
    private readonly ArrayBufferWriter<byte> _buffer = new(64 * ByteSizes.KiB);

    /// <summary>Above it, print no more before a flush.</summary>
    public bool IsLarge => _buffer.WrittenCount >= ByteSizes.MiB;

    public void Advance(int count) => _buffer.Advance(count);

    public Memory<byte> GetMemory(int sizeHint = 0) => _buffer.GetMemory(sizeHint);

    public Span<byte> GetSpan(int sizeHint = 0) => _buffer.GetSpan(sizeHint);

    public void Write(ReadOnlySpan<byte> bytes) => BuffersExtensions.Write(_buffer, bytes);

    public void Write(string text)
    {
        var span = _buffer.GetSpan(Encoding.UTF8.GetMaxByteCount(text.Length));
        _buffer.Advance(Encoding.UTF8.GetBytes(text, span));
    }

    public void WriteLine(string text = "")
    {
        Write(text);
        Write("\n"u8);
    }

    public void Write(long number)
    {
        Utf8Formatter.TryFormat(number, _buffer.GetSpan(20), out var count);
        _buffer.Advance(count);
    }

    /// <exception cref="OutputClosedException">The reader is gone.</exception>
    public async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        if (_buffer.WrittenCount == 0) return;
        try
        {
            await stream.WriteAsync(_buffer.WrittenMemory, cancellationToken);
            await stream.FlushAsync(cancellationToken);
        }
        catch (IOException cause)
        {
            throw new OutputClosedException(cause);
        }

        _buffer.ResetWrittenCount();
    }

    /// <summary>Hands on what was collected in the middle of a synchronous stretch.</summary>
    public void Flush()
    {
        try
        {
            stream.Write(_buffer.WrittenSpan);
        }
        catch (IOException cause)
        {
            throw new OutputClosedException(cause);
        }

        _buffer.ResetWrittenCount();
    }
}
