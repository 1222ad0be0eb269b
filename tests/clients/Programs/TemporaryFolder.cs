namespace ActorBroker.Clients.Acceptance.Programs;

/// <summary>A folder of its own, deleted with all that is in it.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private int _files;

    public string Path { get; } = Directory.CreateTempSubdirectory("actorbroker-clients-").FullName;

    /// <summary>A path that no other call gets.</summary>
    public string NextFile(string suffix) =>
        System.IO.Path.Combine(Path, $"{Interlocked.Increment(ref _files)}.{suffix}");

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
