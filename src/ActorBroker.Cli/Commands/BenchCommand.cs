using System.CommandLine;

namespace ActorBroker.Cli.Commands;

/// <summary><c>bench …</c></summary>
internal static class BenchCommand
{
    public static Command Create(CliIo io) => new("bench", "Measure a broker, or several beside each other: throughput, latency, connections.")
    {
        BenchProduceCommand.Create(io),
        BenchConsumeCommand.Create(io),
        BenchLatencyCommand.Create(io),
        BenchConnectionsCommand.Create(io),
        BenchSuiteCommand.Create(io),
    };
}
