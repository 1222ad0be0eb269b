using System.Buffers;
using ActorBroker.Log.Files;

namespace ActorBroker.Log;

/// <summary>Steps from batch to batch through a segment file, doubting each header before following it.</summary>
/// <remarks>Reads in chunks into a pooled buffer that <see cref="Dispose"/> gives back; allocates nothing.</remarks>
internal ref struct BatchWalk
{
    /// <summary>Chunk for finding one batch near a position: the default index interval and some.</summary>
    public const int NearbyChunkBytes = 8 * ByteSizes.KiB;

    /// <summary>Chunk for reading a whole file.</summary>
    public const int SequentialChunkBytes = 256 * ByteSizes.KiB;

    private readonly ILogFile _file;
    private readonly int _end;
    private readonly int _chunkBytes;
    private byte[] _buffer;
    private int _bufferAt;
    private int _bufferBytes;
    private int _next;
    private LeaderEpoch _epoch = LeaderEpoch.None;

    /// <param name="file">The segment's log file.</param>
    /// <param name="from">Position of a batch.</param>
    /// <param name="end">Size of the file as far as it counts.</param>
    /// <param name="expected">Base offset of the batch at <paramref name="from"/>; <see cref="Offset.None"/> when not known.</param>
    /// <param name="chunkBytes">How much to read at once.</param>
    public BatchWalk(ILogFile file, int from, int end, Offset expected, int chunkBytes)
    {
        Check.That(from >= 0 && from <= end);
        (_file, _next, _end, _chunkBytes) = (file, from, end, chunkBytes);
        Position = from;
        NextOffset = expected;
        _buffer = ArrayPool<byte>.Shared.Rent(Math.Max(Math.Min(chunkBytes, end - from), BatchView.HeaderBytes));
    }

    /// <summary>Where the current batch begins; after the end or a problem, where walking stopped.</summary>
    public int Position { get; private set; }

    /// <summary>The offset after the current batch; before the first, the expected one.</summary>
    public Offset NextOffset { get; private set; }

    /// <summary>Why the bytes at <see cref="Position"/> are not a batch; null at a proper end.</summary>
    public string? Problem { get; private set; }

    /// <summary>Header of the current batch. Valid until the next step.</summary>
    public BatchView Current { get; private set; }

    /// <summary>Steps to the next batch. False at the end of the file or at a <see cref="Problem"/>.</summary>
    public bool MoveNext()
    {
        Check.That(Problem is null);
        Position = _next;
        Current = default;
        if (_next == _end) return false;
        var left = _end - _next;
        if (left < BatchView.HeaderBytes) return Stop($"{left} bytes are fewer than a batch header has");
        var error = BatchView.ReadHeader(Bytes(BatchView.HeaderBytes), int.MaxValue, out var header);
        if (error != BatchError.None) return Stop(Describe(error));
        if (header.SizeInBytes > left) return Stop($"a batch of {header.SizeInBytes} bytes begins where only {left} are left");
        if (NextOffset != Offset.None && header.BaseOffset != NextOffset)
        {
            return Stop($"the batch has base offset {header.BaseOffset} where {NextOffset} must follow");
        }

        if (header.BaseOffset < Offset.Zero || header.NextOffset <= header.BaseOffset) return Stop($"base offset {header.BaseOffset} is impossible");
        if (header.Epoch < _epoch) return Stop($"the leader epoch goes back from {_epoch} to {header.Epoch}");
        Current = header;
        NextOffset = header.NextOffset;
        _epoch = header.Epoch;
        _next = Position + header.SizeInBytes;
        return true;
    }

    /// <summary>Reads the rest of the current batch and checks its CRC.</summary>
    /// <returns>False at a <see cref="Problem"/>: then the batch does not count.</returns>
    public bool ReadWhole()
    {
        Check.That(Problem is null);
        var (size, baseOffset) = (Current.SizeInBytes, Current.BaseOffset);
        var error = BatchView.Read(Bytes(size), size, out var whole);
        if (error == BatchError.None)
        {
            Current = whole;
            return true;
        }

        NextOffset = baseOffset;
        return Stop(Describe(error));
    }

    public void Dispose()
    {
        if (_buffer.Length == 0) return;
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }

    internal static string Describe(BatchError error) => error switch
    {
        BatchError.BadCrc => "the CRC of the batch does not match its bytes",
        BatchError.UnknownMagic => "no batch of magic 2 begins here",
        BatchError.LengthTooSmall or BatchError.TooLarge => "the length of the batch is impossible",
        BatchError.BadRecordCount => "the record count does not fit the offsets of the batch",
        BatchError.Incomplete => "the batch is not complete",
        _ => error.ToString(),
    };

    private bool Stop(string problem)
    {
        Problem = problem;
        Current = default;
        return false;
    }

    /// <summary>The first <paramref name="count"/> bytes at <see cref="Position"/> and what else the buffer has behind them.</summary>
    private ReadOnlySpan<byte> Bytes(int count)
    {
        Check.That(count <= _end - Position);
        var have = _bufferAt + _bufferBytes - Position;
        if (Position < _bufferAt || have < count) Fill(count);
        return _buffer.AsSpan(Position - _bufferAt, _bufferAt + _bufferBytes - Position);
    }

    private void Fill(int count)
    {
        var wanted = Math.Min(Math.Max(count, _chunkBytes), _end - Position);
        if (wanted > _buffer.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(wanted);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }

        _bufferAt = Position;
        _bufferBytes = _file.Read(_buffer.AsSpan(0, wanted), Position);
        if (_bufferBytes < wanted)
        {
            throw new LogCorruptException(_file.Path, Position, $"the file ends after {_bufferBytes} of {wanted} bytes that were in it before");
        }
    }
}
