namespace ActorBroker.Benchmarks.Kill;

/// <summary>The broker did what it must never do.</summary>
internal sealed class PromiseBrokenException(string message) : Exception(message);
