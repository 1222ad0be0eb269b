using System.Globalization;
using ActorBroker.Clients.Acceptance.Programs;
using ActorBroker.Clients.Acceptance.Records;

namespace ActorBroker.Clients.Acceptance.Drivers;

/// <summary>A client that sits in a consumer group beside others, so that partitions are shared out.</summary>
internal sealed class GroupMember : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Lock _lock = new();
    private readonly TemporaryFolder _folder = new();
    private readonly string _records;
    private readonly ChildProcess _process;
    private readonly Dictionary<string, TaskCompletionSource> _expected = [];
    private string _lastLine = "";

    public GroupMember(string file, IEnumerable<string> arguments)
    {
        _records = _folder.NextFile("records");
        _process = ChildProcess.Start(file, [.. arguments, $"out={_records}"], OnLine, environment: ClientPrograms.NodeEnvironment);
    }

    /// <summary>Completes when the member's latest assignment has so many partitions.</summary>
    public Task AssignedAsync(int partitions) => SeeAsync(string.Create(CultureInfo.InvariantCulture, $"assigned {partitions}"));

    /// <summary>Completes when the member has read all that it was asked to and committed.</summary>
    public Task DoneAsync() => SeeAsync("done");

    /// <summary>Makes the member leave the group and end.</summary>
    /// <returns>What it read.</returns>
    public async Task<IReadOnlyList<KafkaRecord>> LeaveAsync()
    {
        _process.EndInput();
        var exitCode = await _process.ExitAsync(Patience);
        Assert.True(exitCode == 0, $"member ended with {exitCode}:\n{_process.Output}");
        return RecordFile.Read(_records);
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _folder.Dispose();
    }

    private async Task SeeAsync(string line)
    {
        TaskCompletionSource seen;
        lock (_lock)
        {
            if (_lastLine == line) return;
            if (!_expected.TryGetValue(line, out seen!))
                _expected.Add(line, seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }
        try
        {
            await seen.Task.WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            Assert.Fail($"no line \"{line}\" from a member of the group. Its output:\n{_process.Output}");
        }
    }

    private void OnLine(string line)
    {
        lock (_lock)
        {
            _lastLine = line;
            if (_expected.TryGetValue(line, out var seen)) seen.TrySetResult();
        }
    }
}
