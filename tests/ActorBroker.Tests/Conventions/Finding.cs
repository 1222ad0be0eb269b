namespace ActorBroker.Tests.Conventions;

/// <summary>One place where a house rule is broken.</summary>
/// <param name="Path">Relative to the repository, with forward slashes.</param>
/// <param name="Line">From 1.</param>
/// <param name="Message">What is wrong and what to do instead.</param>
public sealed record Finding(string Path, int Line, string Message)
{
    public override string ToString() => $"{Path}:{Line}: {Message}";
}
