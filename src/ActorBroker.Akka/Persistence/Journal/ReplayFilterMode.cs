namespace Akka.Persistence.Journal;

/// <summary>What a <see cref="ReplayFilter"/> does about events of two writers.</summary>
public enum ReplayFilterMode
{
    /// <summary>The recovery fails.</summary>
    Fail,

    /// <summary>A warning is logged, all events are replayed.</summary>
    Warn,

    /// <summary>A warning is logged, what the older writer has written since is left out.</summary>
    RepairByDiscardOld,

    /// <summary>Nothing.</summary>
    Disabled,
}
