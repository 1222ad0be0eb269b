namespace ActorBroker.Cli.Bench;

/// <summary>How records are read.</summary>
/// <param name="Connections">To each leader, at most one for each of its partitions.</param>
/// <param name="InFlight">Fetches on their way on each connection, each for partitions of its own.</param>
/// <param name="FetchBytes">Of one partition in an answer; a single batch may be larger.</param>
/// <param name="MustCheck">Each batch's CRC is computed.</param>
internal sealed record ConsumeSettings(int Connections, int InFlight, int FetchBytes, bool MustCheck);
