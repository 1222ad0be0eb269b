using System.Collections.Immutable;

namespace ActorBroker.Raft.Tests.Simulation;

/// <summary>One record of a simulated log.</summary>
/// <param name="Value">Different for every record that was ever made; negative for the group's own.</param>
/// <param name="Chain">Hash of all records up to this one: two logs with the same chain at an offset are the same up to it.</param>
internal readonly record struct SimEntry(int Epoch, long Value, ulong Chain)
{
    public static SimEntry After(ulong chain, int epoch, long value) =>
        new(epoch, value, ((chain ^ (ulong)value) * 0x9E3779B97F4A7C15UL) + (((ulong)epoch * 0xC2B2AE3D27D4EB4FUL) ^ (chain >> 29)));
}

/// <summary>A log on a simulated disk: what is behind <see cref="DurableEnd"/> may be gone after a crash.</summary>
internal sealed class SimLog
{
    private readonly List<SimEntry> _entries = [];
    private readonly EpochHistory _epochs = new([]);
    private ulong _startChain;

    public long Start { get; private set; }

    public long End => Start + _entries.Count;

    public long DurableEnd { get; private set; }

    /// <summary>Rises when a flush that is under way no longer tells about what is in the log.</summary>
    public int Generation { get; private set; }

    public LogState Recovered => new(Start, End, _epochs.Before(End));

    public SimEntry this[long offset] => _entries[(int)(offset - Start)];

    /// <summary>The hash of all records before an offset.</summary>
    public ulong ChainBefore(long offset) => offset == Start ? _startChain : this[offset - 1].Chain;

    public SimEntry[] Slice(long from, long end) => [.. _entries.GetRange((int)(from - Start), (int)(end - from))];

    public SimEntry Append(int epoch, long value)
    {
        var entry = SimEntry.After(ChainBefore(End), epoch, value);
        _epochs.Append(epoch, End);
        _entries.Add(entry);
        return entry;
    }

    public void TruncateTo(long end)
    {
        _entries.RemoveRange((int)(end - Start), (int)(End - end));
        _epochs.TruncateTo(end);
        DurableEnd = Math.Min(DurableEnd, end);
        Generation++;
    }

    public void FlushTo(long end) => DurableEnd = Math.Max(DurableEnd, end);

    public void DeleteBefore(long start)
    {
        _startChain = ChainBefore(start);
        _entries.RemoveRange(0, (int)(start - Start));
        _epochs.DropBefore(start);
        Start = start;
        DurableEnd = Math.Max(DurableEnd, start);
    }

    public void StartOverAt(long start, ulong chain, ImmutableArray<EpochStart> epochs)
    {
        _entries.Clear();
        _epochs.Replace(epochs);
        (Start, DurableEnd, _startChain) = (start, start, chain);
        Generation++;
    }
}
