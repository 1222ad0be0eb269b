using ActorBroker.Messages.Sessions;

namespace ActorBroker.Client.Producing;

/// <summary>A closed batch on its way to the broker, as <see cref="PartitionQueue"/> sees it.</summary>
internal abstract class QueuedBatch
{
    public const int NoSequence = -1;

    public abstract int RecordCount { get; }

    /// <summary>On the scheduler's monotonic clock: after it the batch fails.</summary>
    public TimeSpan Deadline { get; set; }

    public BatchState State { get; internal set; }

    /// <summary>−1: it has no numbers.</summary>
    public long ProducerId { get; internal set; } = -1;

    public short ProducerEpoch { get; internal set; } = -1;

    public int BaseSequence { get; internal set; } = NoSequence;

    /// <summary>It was sent at least once without the certain knowledge that this wrote nothing.</summary>
    public bool MayBeWritten { get; internal set; }

    /// <summary>How often it was sent.</summary>
    public int Attempts { get; internal set; }

    /// <summary>Why the last attempt failed.</summary>
    public SessionError LastError { get; internal set; }

    public string LastMessage { get; internal set; } = "";

    internal long Ordinal { get; set; }

    internal bool IsNumbered => BaseSequence != NoSequence;
}

internal enum BatchState
{
    /// <summary>To be sent, for the first time or again.</summary>
    Waiting,

    /// <summary>Sent, and not answered.</summary>
    InFlight,

    /// <summary>Written or failed.</summary>
    Done,
}
