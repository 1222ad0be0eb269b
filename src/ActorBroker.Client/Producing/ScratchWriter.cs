using System.Buffers;

namespace ActorBroker.Client.Producing;

/// <summary>Where keys and values become bytes before they are copied into their batch. One a thread; a serializer that sends records itself gets another.</summary>
internal sealed class ScratchWriter : IBufferWriter<byte>
{
    private const int KeptBytesMax = ByteSizes.MiB;

    [ThreadStatic]
    private static ScratchWriter? _free;

    private byte[] _bytes = new byte[4 * ByteSizes.KiB];

    public int Count { get; private set; }

    public static ScratchWriter Rent()
    {
        var writer = _free ?? new ScratchWriter();
        _free = null;
        writer.Count = 0;
        return writer;
    }

    public void Return()
    {
        if (_bytes.Length <= KeptBytesMax)
        {
            _free = this;
        }
    }

    public ReadOnlySpan<byte> Slice(int from, int to) => _bytes.AsSpan(from, to - from);

    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _bytes.Length - Count);
        Count += count;
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        MakeRoom(sizeHint);
        return _bytes.AsMemory(Count);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        MakeRoom(sizeHint);
        return _bytes.AsSpan(Count);
    }

    private void MakeRoom(int sizeHint)
    {
        var needed = checked(Count + Math.Max(sizeHint, 1));
        if (needed > _bytes.Length)
        {
            Array.Resize(ref _bytes, (int)Math.Min(Math.Max(needed, 2L * _bytes.Length), Array.MaxLength));
        }
    }
}
