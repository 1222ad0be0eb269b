namespace ActorBroker.Client;

/// <summary>Pauses between attempts: the first is <paramref name="Min"/>, each next one twice as long, none longer than <paramref name="Max"/>.</summary>
public sealed record BackoffSettings(TimeSpan Min, TimeSpan Max)
{
    /// <param name="previous">Zero when there was none.</param>
    internal TimeSpan After(TimeSpan previous) =>
        previous <= TimeSpan.Zero ? Min : previous >= Max / 2 ? Max : previous * 2;
}
