namespace ActorBroker.Cli.Tests.Support;

/// <summary>A file that is gone after the test.</summary>
internal sealed class TemporaryFile : IDisposable
{
    public TemporaryFile(byte[] content)
    {
        Name = Path.Combine(Path.GetTempPath(), $"actorbroker-cli-{Guid.NewGuid():N}.txt");
        File.WriteAllBytes(Name, content);
    }

    public string Name { get; }

    public void Dispose() => File.Delete(Name);
}
