using System.CommandLine;

namespace ActorBroker.Cli.Commands;

/// <summary><c>groups …</c></summary>
internal static class GroupsCommand
{
    public static Command Create(CliIo io) => new("groups", "Look at consumer groups.")
    {
        GroupsListCommand.Create(io),
        GroupsDescribeCommand.Create(io),
    };
}
