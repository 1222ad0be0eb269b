using System.Diagnostics;

namespace Akka.Remote;

/// <summary>Milliseconds that only rise.</summary>
public delegate long Clock();

/// <summary>Says whether something that sends heartbeats is still there.</summary>
public abstract class FailureDetector
{
    /// <summary>The machine's monotonic clock.</summary>
    public static readonly Clock DefaultClock = static () => Stopwatch.GetTimestamp() / (Stopwatch.Frequency / 1000);

    public abstract bool IsAvailable { get; }

    /// <summary>True from the first heartbeat on.</summary>
    public abstract bool IsMonitoring { get; }

    public abstract void HeartBeat();
}
