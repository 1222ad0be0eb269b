using System.Collections.Immutable;

namespace ActorBroker.Raft;

/// <summary>The caller's log as it was recovered; all of it durable.</summary>
/// <param name="Start">The first record that is there.</param>
/// <param name="End">What the next record gets.</param>
/// <param name="Epochs">Covers every record from <paramref name="Start"/> on, and the one before it, when there is one.</param>
public sealed record LogState(long Start, long End, ImmutableArray<EpochStart> Epochs)
{
    public static LogState Empty { get; } = new(0, 0, []);
}

/// <summary>What the core knows of its caller's log. Positions are exclusive ends; their order is checked again whenever one moves.</summary>
internal sealed class RaftLog
{
    public RaftLog(LogState recovered, long commitHint)
    {
        (Start, Durable, End) = (recovered.Start, recovered.End, recovered.End);
        Commit = Math.Max(Start, Math.Min(commitHint, End));
        Epochs = new EpochHistory(recovered.Epochs);
        Check.That(Epochs.LastEpoch == Epochs.EpochBefore(End));
        Verify();
    }

    public long Start { get; private set; }

    /// <summary>Committed before here.</summary>
    public long Commit { get; private set; }

    /// <summary>Survives a crash before here.</summary>
    public long Durable { get; private set; }

    public long End { get; private set; }

    public EpochHistory Epochs { get; }

    public int LastEpoch => Epochs.LastEpoch;

    public void Append(int epoch, long end)
    {
        Check.That(end > End);
        Epochs.Append(epoch, End);
        End = end;
        Verify();
    }

    public void DurableTo(long end)
    {
        Check.AtMost(end, End);
        Durable = Math.Max(Durable, end);
        Verify();
    }

    public void CommitTo(long end)
    {
        Check.That(Commit < end);
        Commit = end;
        Verify();
    }

    public void TruncateTo(long end)
    {
        Check.That(Commit <= end);
        Check.That(end < End);
        (End, Durable) = (end, Math.Min(Durable, end));
        Epochs.TruncateTo(end);
        Verify();
    }

    public void StartMovedTo(long start)
    {
        Check.That(Start <= start);
        Start = start;
        Durable = Math.Max(Durable, start);
        Epochs.DropBefore(start);
        Verify();
    }

    public void StartOverAt(long start, IEnumerable<EpochStart> epochs)
    {
        Check.That(Commit < start);
        (Start, Commit, Durable, End) = (start, start, start, start);
        Epochs.Replace(epochs);
        Verify();
    }

    private void Verify()
    {
        Check.That(0 <= Start);
        Check.That(Start <= Commit);
        Check.That(Commit <= End);
        Check.That(Start <= Durable);
        Check.That(Durable <= End);
        Check.That(Start == 0 || Epochs.EpochBefore(Start) != EpochHistory.None);
    }
}
