using System.CommandLine;
using System.CommandLine.Invocation;
using ActorBroker.Cli.Commands;
using ActorBroker.Cli.Output;

namespace ActorBroker.Cli;

/// <summary>The whole command line: parses, runs, and turns what went wrong into one line and an exit code.</summary>
internal static class CommandLine
{
    public const int Ok = 0;
    public const int Failed = 1;
    public const int WrongUsage = 2;
    private static readonly TimeSpan CleanUpMax = TimeSpan.FromSeconds(10);   // after Ctrl-C, before the process ends anyway

    /// <summary>Runs one command. Ctrl-C, or <paramref name="cancellationToken"/>, ends it.</summary>
    /// <returns>0 done, 1 failed, 2 called wrongly.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> args, CliIo io, CancellationToken cancellationToken = default)
    {
        var parsed = Root(io).Parse(args);
        if (parsed.Errors.Count > 0 && parsed.Action is null or ParseErrorAction)
        {
            var command = string.Join(' ', CommandPath(parsed));
            var message = parsed.UnmatchedTokens is [var unknown, ..]
                ? $"'{unknown}' is no command or option here"
                : parsed.Errors[0].Message.TrimEnd('.');
            await io.Error.WriteLineAsync($"error: {message}: see `{command} --help`");
            return WrongUsage;
        }

        using var text = new StreamWriter(io.Output, leaveOpen: true);
        try
        {
            var invocation = new InvocationConfiguration { Output = text, Error = io.Error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = CleanUpMax };
            return await parsed.InvokeAsync(invocation, cancellationToken);
        }
        catch (OutputClosedException)
        {
            return Ok;   // the reader has seen enough, as with `| head`
        }
        catch (UsageException wrong)
        {
            await io.Error.WriteLineAsync($"error: {wrong.Message}");
            return WrongUsage;
        }
        catch (CliException failure)
        {
            await io.Error.WriteLineAsync($"error: {failure.Message}");
            return Failed;
        }
        catch (OperationCanceledException)
        {
            await io.Error.WriteLineAsync("interrupted");
            return Failed;
        }
    }

    private static RootCommand Root(CliIo io) => new("Works with topics, records and groups of an ActorBroker, or of any broker that speaks Kafka's protocol.")
    {
        SharedOptions.Bootstrap,
        SharedOptions.Json,
        SharedOptions.Timeout,
        TopicsCommand.Create(io),
        ProduceCommand.Create(io),
        ConsumeCommand.Create(io),
        GroupsCommand.Create(io),
        ClusterCommand.Create(io),
        BenchCommand.Create(io),
    };

    private static IEnumerable<string> CommandPath(ParseResult parsed)
    {
        yield return "actorbroker-cli";
        var names = new Stack<string>();
        for (var result = parsed.CommandResult; result.Parent is System.CommandLine.Parsing.CommandResult parent; result = parent)
        {
            names.Push(result.Command.Name);
        }

        foreach (var name in names) yield return name;
    }
}
