namespace ActorBroker.Testing;

/// <summary>What a crash takes of what was written and not flushed.</summary>
public enum CrashKind
{
    /// <summary>The process was killed: the operating system still has everything.</summary>
    LoseNothing,

    /// <summary>Power loss before anything reached the disk.</summary>
    LoseUnflushed,

    /// <summary>Power loss: of each file the first writes survive, the last of them up to any byte; of each folder the first changes.</summary>
    TearWrites,

    /// <summary>Power loss: each sector survives or not, in no order; file lengths are anything between old and new.</summary>
    LoseSectors,
}
