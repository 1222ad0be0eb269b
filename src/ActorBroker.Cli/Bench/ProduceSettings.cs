namespace ActorBroker.Cli.Bench;

/// <summary>How records are sent.</summary>
/// <param name="Acks">0: nobody answers. 1: the leader has it. −1: all replicas in sync have it.</param>
/// <param name="RecordBytes">Size of each value.</param>
/// <param name="BatchBytes">Size of a whole batch, at most; one record always fits.</param>
/// <param name="Connections">To each leader.</param>
/// <param name="InFlight">Requests on their way on each connection.</param>
internal sealed record ProduceSettings(short Acks, int RecordBytes, int BatchBytes, int Connections, int InFlight);
