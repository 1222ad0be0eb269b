using System.CommandLine;

namespace ActorBroker.Cli.Commands;

/// <summary><c>cluster …</c></summary>
internal static class ClusterCommand
{
    public static Command Create(CliIo io) => new("cluster", "Look at the cluster, and drain its nodes.")
    {
        ClusterDescribeCommand.Create(io),
        ClusterNodesCommand.Create(io),
        ClusterImageCommand.Create(io),
        ClusterDrainCommand.Create(io),
    };
}
