namespace ActorBroker.Cli.Bench;

/// <summary>How single records travel.</summary>
/// <param name="Acks">0: nobody answers. 1: the leader has it. −1: all replicas in sync have it.</param>
/// <param name="RecordBytes">Size of each value, at least <see cref="LatencyRun.RecordBytesMin"/>.</param>
/// <param name="InFlight">Produce requests on their way.</param>
internal sealed record LatencySettings(short Acks, int RecordBytes, int InFlight);
