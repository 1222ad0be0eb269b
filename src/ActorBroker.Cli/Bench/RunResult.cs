namespace ActorBroker.Cli.Bench;

/// <summary>What one run gave.</summary>
/// <param name="Requests">Produce or fetch requests, or connections, that were answered.</param>
/// <param name="Bytes">Of whole batches that were moved.</param>
internal sealed record RunResult(IReadOnlyList<Figure> Figures, long Requests, long Bytes);
