using System.Collections.Immutable;
using Akka.Configuration;
using Akka.Event;

namespace Akka.Remote;

/// <summary>Suspects by how unlikely the present silence is, given the intervals between heartbeats so far. Thread-safe.</summary>
/// <remarks>Source: N. Hayashibara et al., The Phi Accrual Failure Detector, 2004; with Akka's additions: an acceptable pause that
/// is added to the mean, a least standard deviation, and a guessed first interval.</remarks>
public class PhiAccrualFailureDetector : FailureDetector
{
    private readonly Clock _clock;
    private readonly int _samplesMax;
    private readonly double _deviationMinMs;
    private readonly double _pauseMs;
    private History _history;

    public PhiAccrualFailureDetector(
        double threshold, int maxSampleSize, TimeSpan minStdDeviation, TimeSpan acceptableHeartbeatPause, TimeSpan firstHeartbeatEstimate, Clock? clock = null)
    {
        if (threshold <= 0.0 || maxSampleSize <= 0 || minStdDeviation <= TimeSpan.Zero
            || acceptableHeartbeatPause < TimeSpan.Zero || firstHeartbeatEstimate <= TimeSpan.Zero)
        {
            throw new ArgumentException(
                "failure-detector.threshold, max-sample-size, min-std-deviation and the expected first interval must be > 0, acceptable-heartbeat-pause >= 0");
        }

        Threshold = threshold;
        _samplesMax = maxSampleSize;
        _deviationMinMs = minStdDeviation.TotalMilliseconds;
        _pauseMs = acceptableHeartbeatPause.TotalMilliseconds;
        _clock = clock ?? DefaultClock;
        var mean = firstHeartbeatEstimate.TotalMilliseconds;
        // Two guesses around the estimate, with a wide deviation, until there are measurements.
        _history = new History([mean - (mean / 4), mean + (mean / 4)], null);
    }

    /// <summary>From a <c>failure-detector</c> section.</summary>
    public PhiAccrualFailureDetector(Config config, EventStream ev)
        : this(
            Required(config).GetDouble("threshold"),
            config.GetInt("max-sample-size"),
            config.GetTimeSpan("min-std-deviation"),
            config.GetTimeSpan("acceptable-heartbeat-pause"),
            config.GetTimeSpan("heartbeat-interval"))
    {
    }

    public double Threshold { get; }

    public override bool IsAvailable => Phi < Threshold;

    public override bool IsMonitoring => Volatile.Read(ref _history).Last is not null;

    /// <summary>0: no reason for suspicion; 1 is a chance of 10% to be wrong, 2 of 1%, and so on.</summary>
    internal double Phi => PhiAt(_clock());

    public override void HeartBeat()
    {
        History before;
        History after;
        do
        {
            before = Volatile.Read(ref _history);
            var now = _clock();
            var intervals = before.Intervals;
            // An interval that ends a suspicion says nothing about the ordinary ones.
            if (before.Last is { } last && PhiAt(now) < Threshold)
            {
                intervals = intervals.Add(now - last);
                intervals = intervals.Count > _samplesMax ? intervals.RemoveAt(0) : intervals;
            }

            after = new History(intervals, now);
        }
        while (Interlocked.CompareExchange(ref _history, after, before) != before);
    }

    private static Config Required(Config config) => config ?? throw new ArgumentNullException(nameof(config));

    private double PhiAt(long now)
    {
        var history = Volatile.Read(ref _history);
        if (history.Last is not { } last)
        {
            return 0.0;
        }

        var mean = history.Mean + _pauseMs;
        var deviation = Math.Max(history.Deviation, _deviationMinMs);
        var elapsed = now - last;
        var y = (elapsed - mean) / deviation;
        // Logistic approximation of the normal distribution's tail.
        var e = Math.Exp(-y * (1.5976 + (0.070566 * y * y)));
        return elapsed > mean ? -Math.Log10(e / (1.0 + e)) : -Math.Log10(1.0 - (1.0 / (1.0 + e)));
    }

    private sealed class History
    {
        public History(ImmutableList<double> intervals, long? last)
        {
            Intervals = intervals;
            Last = last;
            var sum = 0.0;
            var squares = 0.0;
            foreach (var interval in intervals)
            {
                sum += interval;
                squares += interval * interval;
            }

            Mean = sum / intervals.Count;
            Deviation = Math.Sqrt(Math.Max(0.0, (squares / intervals.Count) - (Mean * Mean)));
        }

        public ImmutableList<double> Intervals { get; }

        public long? Last { get; }

        public double Mean { get; }

        public double Deviation { get; }
    }
}
