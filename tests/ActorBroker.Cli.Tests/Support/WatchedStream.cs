using System.Text;

namespace ActorBroker.Cli.Tests.Support;

/// <summary>An output that tells when a text has been written to it.</summary>
internal sealed class WatchedStream : MemoryStream
{
    private readonly List<(string Text, TaskCompletionSource Seen)> _watches = [];

    public Task WaitForAsync(string text)
    {
        var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_watches)
        {
            _watches.Add((text, seen));
            Look();
        }

        return seen.Task.WaitAsync(TimeSpan.FromMinutes(1));
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        lock (_watches)
        {
            Write(buffer.Span);
            Look();
        }

        return ValueTask.CompletedTask;
    }

    private void Look()
    {
        var written = Encoding.UTF8.GetString(ToArray());
        foreach (var (text, seen) in _watches)
        {
            if (written.Contains(text, StringComparison.Ordinal)) seen.TrySetResult();
        }
    }
}
