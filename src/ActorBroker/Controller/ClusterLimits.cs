using ActorBroker.Configuration;

namespace ActorBroker.Controller;

/// <summary>broker.cluster.*, documented in reference.conf.</summary>
/// <param name="MovesMax">Moves of partitions under way in the whole cluster.</param>
/// <param name="MovesPerNodeMax">Of these, from or to one node.</param>
/// <param name="BalanceDelay">Balance is looked for when no node has come or gone for so long.</param>
/// <param name="LeaveTimeout">A node that ends hands over for at most so long.</param>
/// <param name="RecordsPerSnapshot">Records of the metadata log after which a snapshot takes their place.</param>
public sealed record ClusterLimits(
    int MovesMax, int MovesPerNodeMax, TimeSpan BalanceDelay, TimeSpan MoveTimeout, TimeSpan MoveRetryDelay, TimeSpan LeaveTimeout, int RecordsPerSnapshot)
{
    /// <exception cref="SettingsException">A setting cannot be used.</exception>
    public static ClusterLimits Read(SettingsReader at) => new(
        at.Count("moves-max", 1, 10_000),
        at.Count("moves-per-node-max", 1, 10_000),
        at.Duration("balance-delay", TimeSpan.Zero, TimeSpan.FromDays(365)),
        at.Duration("move-timeout", TimeSpan.FromSeconds(1), TimeSpan.FromDays(7)),
        at.Duration("move-retry-delay", TimeSpan.FromMilliseconds(10), TimeSpan.FromDays(1)),
        at.Duration("leave-timeout", TimeSpan.Zero, TimeSpan.FromDays(1)),
        at.Count("records-per-snapshot", 10, 10_000_000));
}
