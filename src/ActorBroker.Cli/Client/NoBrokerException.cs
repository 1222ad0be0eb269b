namespace ActorBroker.Cli.Client;

/// <summary>None of the brokers asked answers.</summary>
internal sealed class NoBrokerException(IReadOnlyList<BrokerAddress> brokers, ConnectionException cause) : CliException(
    $"no broker answers at {string.Join(", ", brokers)} ({cause.Reason}): start one with `dotnet run -c Release --project src/ActorBroker.Node`, or give --bootstrap HOST:PORT",
    cause);
