using System.CommandLine;
using ActorBroker.Cli.Client;
using ActorBroker.Cli.Output;

namespace ActorBroker.Cli.Commands;

/// <summary>What a command works with while it runs.</summary>
internal sealed class CommandContext : IAsyncDisposable
{
    private CommandContext(ParseResult parsed, CliIo io, CancellationToken cancellation)
    {
        Parsed = parsed;
        Io = io;
        Cancellation = cancellation;
        Output = new ByteOutput(io.Output);
        Json = new JsonLines(Output);
        var options = new ClientOptions(io.Clock, TimeSpan.FromSeconds(parsed.GetValue(SharedOptions.Timeout)));
        Cluster = new Cluster(BrokerAddress.ParseList(parsed.GetValue(SharedOptions.Bootstrap)!), options);
    }

    public ParseResult Parsed { get; }

    public CliIo Io { get; }

    public Cluster Cluster { get; }

    public ByteOutput Output { get; }

    public JsonLines Json { get; }

    public bool IsJson => Parsed.GetValue(SharedOptions.Json);

    /// <summary>Ctrl-C.</summary>
    public CancellationToken Cancellation { get; }

    /// <summary>Gives a command what it does. Its output is flushed when it is done.</summary>
    public static void SetAction(Command command, CliIo io, Func<CommandContext, Task> run) => command.SetAction(async (parsed, cancellation) =>
    {
        await using var context = new CommandContext(parsed, io, cancellation);
        await run(context);
        await context.Output.FlushAsync(CancellationToken.None);
        return CommandLine.Ok;
    });

    public T Get<T>(Option<T> option) => Parsed.GetValue(option)!;

    public T Get<T>(Argument<T> argument) => Parsed.GetValue(argument)!;

    /// <summary>Tells what was done, as a sentence for people or an object for scripts.</summary>
    public void Report(string sentence, Action<System.Text.Json.Utf8JsonWriter> members)
    {
        if (IsJson) Json.Write(members);
        else Output.WriteLine(sentence);
    }

    public async ValueTask DisposeAsync()
    {
        await Cluster.DisposeAsync();
        Json.Dispose();
    }
}
