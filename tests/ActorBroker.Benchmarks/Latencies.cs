namespace ActorBroker.Benchmarks;

/// <summary>Measured times.</summary>
internal sealed class Latencies(int capacity)
{
    private readonly List<double> _microseconds = new(capacity);

    public void Add(TimeSpan time) => _microseconds.Add(time.TotalMicroseconds);

    public double Percentile(double part)
    {
        _microseconds.Sort();
        return _microseconds.Count == 0 ? 0 : _microseconds[(int)Math.Min(_microseconds.Count - 1, _microseconds.Count * part)];
    }
}
