namespace ActorBroker.Cli;

/// <summary>What a command reads from and writes to; a test hands in streams of its own.</summary>
/// <param name="Input">Bytes as they come; values are not text.</param>
/// <param name="Output">What scripts read.</param>
/// <param name="Error">For people: errors, warnings, the summary of a run.</param>
/// <param name="IsInteractive">True when a person watches <paramref name="Error"/>: progress is shown.</param>
internal sealed record CliIo(Stream Input, Stream Output, TextWriter Error, bool IsInteractive, TimeProvider Clock) : IDisposable
{
    public static CliIo OfProcess() => new(
        Console.OpenStandardInput(),
        Console.OpenStandardOutput(),
        Console.Error,
        !Console.IsErrorRedirected,
        TimeProvider.System);

    public void Dispose()
    {
        Input.Dispose();
        Output.Dispose();
    }
}
