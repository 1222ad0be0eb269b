namespace ActorBroker.Cli.Input;

/// <summary>Splits a stream of bytes at line feeds. Bytes stay as they are; only the line feed is taken away. Memory is that of the
/// longest line.</summary>
internal sealed class LineReader(Stream input)
{
    public const int LineBytesMax = 64 * ByteSizes.MiB;
    private byte[] _buffer = new byte[64 * ByteSizes.KiB];
    private int _start;
    private int _end;
    private bool _isAtEnd;

    /// <summary>The line that the last <see cref="MoveNextAsync"/> found; valid until the next.</summary>
    public ReadOnlyMemory<byte> Current { get; private set; }

    /// <summary>Number of the line, from 1.</summary>
    public long Number { get; private set; }

    /// <summary>Bytes of the lines so far, with their line feeds.</summary>
    public long BytesRead { get; private set; }

    /// <summary>Steps to the next line. False at the end; what follows the last line feed is a line when it is not empty.</summary>
    /// <exception cref="CliException">A line is longer than <see cref="LineBytesMax"/>.</exception>
    public async ValueTask<bool> MoveNextAsync(CancellationToken cancellationToken)
    {
        var searched = 0;
        while (true)
        {
            var feed = _buffer.AsSpan(_start + searched, _end - _start - searched).IndexOf((byte)'\n');
            if (feed >= 0) return Take(searched + feed, 1);
            searched = _end - _start;
            if (_isAtEnd) return searched > 0 && Take(searched, 0);
            await FillAsync(cancellationToken);
        }
    }

    private bool Take(int length, int feed)
    {
        Current = _buffer.AsMemory(_start, length);
        _start += length + feed;
        BytesRead += length + feed;
        Number++;
        return true;
    }

    private async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        if (_end == _buffer.Length)
        {
            if (_buffer.Length >= LineBytesMax) throw new CliException($"line {Number + 1} is longer than {LineBytesMax / ByteSizes.MiB} MiB: split it");
            Array.Resize(ref _buffer, _buffer.Length * 2);
        }

        // A console's read cannot be cancelled: on Ctrl-C it is left behind.
        var reading = input.ReadAsync(_buffer.AsMemory(_end), cancellationToken);
        var count = reading.IsCompletedSuccessfully ? reading.Result : await reading.AsTask().WaitAsync(cancellationToken);
        _isAtEnd = count == 0;
        _end += count;
    }
}
