using System.CommandLine;

namespace ActorBroker.Cli.Commands;

/// <summary><c>topics …</c></summary>
internal static class TopicsCommand
{
    public static Command Create(CliIo io) => new("topics", "Create, list, describe, change, move and delete topics.")
    {
        TopicsCreateCommand.Create(io),
        TopicsListCommand.Create(io),
        TopicsDescribeCommand.Create(io),
        TopicsAlterCommand.Create(io),
        TopicsAddPartitionsCommand.Create(io),
        TopicsMoveCommand.Create(io),
        TopicsDeleteCommand.Create(io),
    };
}
