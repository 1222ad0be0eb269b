namespace ActorBroker.Cli.Bench;

/// <summary>How records are read.</summary>
/// <param name="Connections">To each leader, at most one for each of its partitions.</param>
/// <param name="InFlight">Fetches on their way on each connection, each for partitions of its own.</param>
/// <param name="MustCheck">Each batch's CRC is computed.</param>
internal sealed record ConsumeSettings(int Connections, int InFlight, bool MustCheck);
