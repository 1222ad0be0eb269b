using ActorBroker.Cli.Client;

namespace ActorBroker.Cli.Commands;

/// <summary>Commits for a group what was printed.</summary>
internal sealed class GroupCommitter(CommandContext context, string group, string topic, RecordPrinter printer, TimeSpan pause)
{
    private readonly Groups _groups = new(context.Cluster);
    private readonly Dictionary<int, long> _committed = [];
    private long _last = context.Io.Clock.GetTimestamp();

    /// <summary>Commits when the last time is long enough ago.</summary>
    public async ValueTask CommitNowAndThenAsync(CancellationToken cancellationToken)
    {
        if (context.Io.Clock.GetElapsedTime(_last) < pause) return;
        await CommitAsync(cancellationToken);
        _last = context.Io.Clock.GetTimestamp();
    }

    public async Task CommitAsync(CancellationToken cancellationToken)
    {
        var moved = printer.Next.Where(next => _committed.GetValueOrDefault(next.Key, -1) != next.Value).ToDictionary();
        if (moved.Count == 0) return;
        await _groups.CommitAsync(group, topic, moved, cancellationToken);
        foreach (var next in moved) _committed[next.Key] = next.Value;
    }
}
