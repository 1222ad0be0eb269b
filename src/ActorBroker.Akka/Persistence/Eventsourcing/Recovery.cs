namespace Akka.Persistence;

/// <summary>From where to where a persistent actor recovers.</summary>
public sealed class Recovery
{
    public Recovery()
        : this(SnapshotSelectionCriteria.Latest)
    {
    }

    public Recovery(SnapshotSelectionCriteria fromSnapshot)
        : this(fromSnapshot, long.MaxValue)
    {
    }

    public Recovery(SnapshotSelectionCriteria fromSnapshot, long toSequenceNr)
        : this(fromSnapshot, toSequenceNr, long.MaxValue)
    {
    }

    /// <param name="fromSnapshot">Null for the latest.</param>
    public Recovery(SnapshotSelectionCriteria? fromSnapshot = null, long toSequenceNr = long.MaxValue, long replayMax = long.MaxValue)
    {
        FromSnapshot = fromSnapshot ?? SnapshotSelectionCriteria.Latest;
        ToSequenceNr = toSequenceNr;
        ReplayMax = replayMax;
    }

    /// <summary>Latest snapshot, then all events after it.</summary>
    public static Recovery Default { get; } = new(SnapshotSelectionCriteria.Latest);

    /// <summary>Neither snapshot nor events; new events get numbers after the last one.</summary>
    public static Recovery None { get; } = new(SnapshotSelectionCriteria.None, 0);

    public SnapshotSelectionCriteria FromSnapshot { get; }

    public long ToSequenceNr { get; }

    /// <summary>Most events.</summary>
    public long ReplayMax { get; }
}
