using System.Text;
using System.Text.Json;

namespace ActorBroker.Cli.Tests.Support;

/// <summary>The command line run inside the test, with streams of its own.</summary>
internal sealed record CliRun(int ExitCode, byte[] OutputBytes, string Error)
{
    public string Output => Encoding.UTF8.GetString(OutputBytes);

    public string[] Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public IReadOnlyList<JsonElement> Json => [.. Lines.Select(line => JsonDocument.Parse(line).RootElement)];

    public static Task<CliRun> OfAsync(params string[] args) => WithInputAsync([], args);

    public static Task<CliRun> WithInputAsync(string input, params string[] args) => WithInputAsync(Encoding.UTF8.GetBytes(input), args);

    public static async Task<CliRun> WithInputAsync(byte[] input, params string[] args)
    {
        using var output = new MemoryStream();
        using var stdin = new MemoryStream(input);
        using var error = new StringWriter();
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        var exitCode = await CommandLine.RunAsync(args, new CliIo(stdin, output, error, IsInteractive: false, TimeProvider.System), limit.Token);
        return new CliRun(exitCode, output.ToArray(), error.ToString());
    }

    /// <summary>This run, which must have gone well.</summary>
    public CliRun Ok()
    {
        Assert.True(ExitCode == 0, $"exit code {ExitCode}: {Error}");
        return this;
    }

    /// <summary>This run, which must have failed with one line on the error stream.</summary>
    public CliRun FailedWith(int exitCode)
    {
        Assert.Equal(exitCode, ExitCode);
        Assert.StartsWith("error: ", Error, StringComparison.Ordinal);
        Assert.Single(Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        return this;
    }
}
