namespace ActorBroker.Log;

/// <summary>The named positions of one log. Each is the first offset <em>not</em> covered, so all are exclusive ends; their order is
/// checked again whenever one moves.</summary>
/// <remarks>Owner: the partition's actor. Only <see cref="Committed"/> is called from outside the log.</remarks>
public sealed class LogOffsets
{
    internal LogOffsets(Offset start, Offset flushed, Offset end)
    {
        (Start, HighWatermark, Flushed, End) = (start, start, flushed, end);
        Verify();
    }

    /// <summary>Earliest offset a reader may ask for. Rises by retention and by DeleteRecords.</summary>
    public Offset Start { get; private set; }

    /// <summary>Committed before here. Not stored: after opening it is <see cref="Start"/> until the owner knows better.</summary>
    public Offset HighWatermark { get; private set; }

    /// <summary>Known to be on the disk before here. May be behind <see cref="Start"/>.</summary>
    public Offset Flushed { get; private set; }

    /// <summary>What the next record gets.</summary>
    public Offset End { get; private set; }

    /// <summary>Moves the high watermark; it never goes back.</summary>
    public void Committed(Offset upTo)
    {
        Check.That(HighWatermark <= upTo);
        HighWatermark = upTo;
        Verify();
    }

    internal void AppendedTo(Offset end)
    {
        Check.That(End < end);
        End = end;
        Verify();
    }

    internal void FlushedTo(Offset upTo)
    {
        Flushed = Offset.Max(Flushed, upTo);
        Verify();
    }

    internal void TruncatedTo(Offset end)
    {
        Check.That(HighWatermark <= end);
        Check.That(end <= End);
        End = end;
        Flushed = Offset.Min(Flushed, end);
        Verify();
    }

    internal void StartMovedTo(Offset start)
    {
        Check.That(Start < start);
        Check.That(start <= HighWatermark);
        Start = start;
        Verify();
    }

    internal void StartedOverAt(Offset at)
    {
        Check.That(Start <= at);
        (Start, HighWatermark, Flushed, End) = (at, at, at, at);
        Verify();
    }

    private void Verify()
    {
        Check.That(Start >= Offset.Zero);
        Check.That(Start <= HighWatermark);
        Check.That(HighWatermark <= End);
        Check.That(Flushed <= End);
    }
}
