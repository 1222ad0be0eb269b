using System.Collections.Concurrent;

namespace Akka.Remote;

/// <summary>Failure detectors of several things, made when the first heartbeat comes. Thread-safe.</summary>
public class DefaultFailureDetectorRegistry<T>(Func<FailureDetector> factory)
    where T : notnull
{
    private readonly ConcurrentDictionary<T, FailureDetector> _detectors = new();

    /// <summary>True for what was never heard of.</summary>
    public bool IsAvailable(T resource) => !_detectors.TryGetValue(resource, out var detector) || detector.IsAvailable;

    public bool IsMonitoring(T resource) => _detectors.TryGetValue(resource, out var detector) && detector.IsMonitoring;

    public void Heartbeat(T resource) => _detectors.GetOrAdd(resource, _ => factory()).HeartBeat();

    public void Remove(T resource) => _detectors.TryRemove(resource, out _);

    public void Reset() => _detectors.Clear();
}
