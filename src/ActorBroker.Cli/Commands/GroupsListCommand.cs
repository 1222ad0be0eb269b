using System.CommandLine;
using ActorBroker.Cli.Client;
using ActorBroker.Cli.Output;

namespace ActorBroker.Cli.Commands;

/// <summary><c>groups list</c></summary>
internal static class GroupsListCommand
{
    public static Command Create(CliIo io)
    {
        var command = new Command("list", "List the groups.");
        CommandContext.SetAction(command, io, async context =>
        {
            var table = new TextTable("GROUP", "PROTOCOL", "STATE");
            foreach (var group in await new Groups(context.Cluster).ListAsync(context.Cancellation))
            {
                table.Add(group.GroupId, group.ProtocolType, group.GroupState);
                if (!context.IsJson) continue;
                context.Json.Write(json =>
                {
                    json.WriteString("group", group.GroupId);
                    json.WriteString("protocol", group.ProtocolType);
                    json.WriteString("state", group.GroupState);
                });
            }

            if (!context.IsJson) table.WriteTo(context.Output);
        });
        return command;
    }
}
