namespace ActorBroker.Cli.Bench;

/// <summary>One load of the suite.</summary>
/// <param name="Name">What `--loads` and JSON call it.</param>
/// <param name="Title">What the table calls it.</param>
/// <param name="Shown">Which figures the table shows, by their name in JSON, with a head of its own for each.</param>
/// <param name="RunAsync">Runs it once.</param>
internal sealed record SuiteLoad(string Name, string Title, IReadOnlyList<(string Figure, string Head)> Shown, Func<SuiteStage, Task<RunResult>> RunAsync);
