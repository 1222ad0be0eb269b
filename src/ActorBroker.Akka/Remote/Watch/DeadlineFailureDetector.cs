namespace Akka.Remote;

/// <summary>Available as long as the last heartbeat is not older than a fixed time. Thread-safe.</summary>
public class DeadlineFailureDetector : FailureDetector
{
    private readonly Clock _clock;
    private readonly long _deadlineMs;
    private long _last = long.MinValue;

    public DeadlineFailureDetector(TimeSpan acceptableHeartbeatPause, TimeSpan heartbeatInterval, Clock? clock = null)
    {
        if (acceptableHeartbeatPause <= TimeSpan.Zero || heartbeatInterval <= TimeSpan.Zero)
        {
            throw new ArgumentException("failure-detector.acceptable-heartbeat-pause and heartbeat-interval must be > 0s");
        }

        _clock = clock ?? DefaultClock;
        _deadlineMs = (long)(acceptableHeartbeatPause + heartbeatInterval).TotalMilliseconds;
    }

    public override bool IsAvailable => Volatile.Read(ref _last) is var last && (last == long.MinValue || _clock() - last < _deadlineMs);

    public override bool IsMonitoring => Volatile.Read(ref _last) != long.MinValue;

    public override void HeartBeat() => Volatile.Write(ref _last, _clock());
}
