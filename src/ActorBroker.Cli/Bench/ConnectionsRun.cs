using ActorBroker.Cli.Client;

namespace ActorBroker.Cli.Bench;

/// <summary>Opens connections, asks for the API versions on each, holds them, closes them.</summary>
/// <param name="count">How many.</param>
/// <param name="opening">How many are being opened at a time.</param>
/// <param name="hold">For how long all are held.</param>
internal sealed class ConnectionsRun(Cluster cluster, int count, int opening, TimeSpan hold)
{
    private readonly List<KafkaConnection> _open = [];
    private readonly LatencyHistogram _times = new();
    private int _failures;

    /// <summary>Why the first of those that failed did; null when none has.</summary>
    public string? FirstFailure { get; private set; }

    /// <param name="start">Called when all is ready; each connection is a record of the load.</param>
    public async Task<RunResult> RunAsync(Func<Workload> start, CancellationToken cancellationToken)
    {
        var broker = (await cluster.ToAnyAsync(cancellationToken)).Broker;
        try
        {
            var load = start();
            await Crew.RunAsync(Enumerable.Repeat<Func<CancellationToken, Task>>(token => OpenAsync(broker, load, token), Math.Min(opening, count)), cancellationToken);
            var took = load.Elapsed;
            if (_open.Count == 0) throw new CliException($"none of {count} connections could be opened: {FirstFailure}");
            await Task.Delay(hold, cluster.Options.Clock, cancellationToken);
            IReadOnlyList<Figure> figures =
            [
                new Figure("OPENED", "opened", _open.Count, 0),
                new Figure("FAILED", "failed", _failures, 0),
                new Figure("LOST", "lost", _open.Count(connection => !connection.IsUsable), 0),
                new Figure("SECONDS", "seconds", took.TotalSeconds, 3),
                new Figure("OPENS/S", "opensPerSecond", _open.Count / Math.Max(took.TotalSeconds, 1e-6), 0),
                .. Figure.OfTimes(_times, 50, 99),
            ];
            return new RunResult(figures, _open.Count, Bytes: 0);
        }
        finally
        {
            foreach (var connection in _open) await connection.DisposeAsync();
        }
    }

    private async Task OpenAsync(BrokerAddress broker, Workload load, CancellationToken cancellationToken)
    {
        while (await load.TakeAsync(1, cancellationToken) > 0)
        {
            try
            {
                var connection = await KafkaConnection.OpenAsync(broker, cluster.Options, cancellationToken);
                _times.Add(connection.AgreedIn);
                lock (_open)
                {
                    _open.Add(connection);
                }
            }
            catch (ConnectionException failure)
            {
                lock (_open)
                {
                    _failures++;
                    FirstFailure ??= failure.Message;
                }
            }
        }
    }
}
