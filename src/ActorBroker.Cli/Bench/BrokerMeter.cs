namespace ActorBroker.Cli.Bench;

/// <summary>What a run costs the broker's process, and this one beside it.</summary>
/// <param name="process">Null: nothing is metered.</param>
internal sealed class BrokerMeter(BrokerProcess? process, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(50);
    private ITimer? _sampling;
    private TimeSpan _brokerFrom;
    private TimeSpan _ownFrom;
    private long _bytesFrom;
    private long _peakBytes;

    /// <summary>Makes a run meter from where its load begins.</summary>
    public Func<Workload> Start(Func<Workload> load) => () =>
    {
        if (process is not null)
        {
            _brokerFrom = process.CpuTime();
            _ownFrom = Environment.CpuUsage.TotalTime;
            _bytesFrom = _peakBytes = process.ResidentBytes();
            _sampling = clock.CreateTimer(_ => Sample(), null, Period, Period);
        }

        return load();
    };

    /// <summary>The load has ended: the run's figures, with those of the process behind them.</summary>
    public RunResult Stop(RunResult result)
    {
        if (process is null || _sampling is null) return result;
        var broker = process.CpuTime() - _brokerFrom;
        var own = Environment.CpuUsage.TotalTime - _ownFrom;
        Sample();
        Dispose();
        return result with { Figures = [.. result.Figures, .. Figures(result, broker, own)] };
    }

    public void Dispose() => _sampling?.Dispose();

    private IEnumerable<Figure> Figures(RunResult result, TimeSpan broker, TimeSpan own)
    {
        yield return new Figure("CPU S", "brokerCpuSeconds", broker.TotalSeconds, 2);
        if (result.Bytes > 0) yield return new Figure("CPU S/GB", "brokerCpuSecondsPerGigabyte", broker.TotalSeconds / result.Bytes * 1e9, 3);
        yield return new Figure("CPU S/M", "brokerCpuSecondsPerMillionRequests", broker.TotalSeconds / Math.Max(result.Requests, 1) * 1e6, 2);
        yield return new Figure("OWN CPU S", "ownCpuSeconds", own.TotalSeconds, 2);
        yield return new Figure("RSS MB", "brokerResidentMegabytes", process!.ResidentBytes() / 1e6, 1);
        yield return new Figure("PEAK MB", "brokerPeakResidentMegabytes", Interlocked.Read(ref _peakBytes) / 1e6, 1);
        yield return new Figure("GREW MB", "brokerGrewMegabytes", (Interlocked.Read(ref _peakBytes) - _bytesFrom) / 1e6, 1);
    }

    private void Sample()
    {
        try
        {
            var bytes = process!.ResidentBytes();
            var peak = Interlocked.Read(ref _peakBytes);
            while (bytes > peak && Interlocked.CompareExchange(ref _peakBytes, bytes, peak) is var seen && seen != peak) peak = seen;
        }
        catch (CliException)
        {
            _sampling?.Dispose();   // it has ended, which the run finds out by itself
        }
    }
}
