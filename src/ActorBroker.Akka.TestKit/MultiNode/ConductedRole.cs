using System.Collections.Concurrent;
using System.Text.Json;

namespace Akka.TestKit.MultiNode;

/// <summary>A connected role as the conductor sees it.</summary>
internal sealed class ConductedRole(string name, JsonLines lines) : IDisposable
{
    private readonly ConcurrentDictionary<long, TaskCompletionSource<Line>> _running = new();
    private readonly ConcurrentDictionary<string, bool> _barriers = new(StringComparer.Ordinal);
    private long _lastId;
    private volatile bool _isGone;

    public bool IsAt(string barrier) => _barriers.ContainsKey(barrier);

    public async Task<JsonElement> RunAsync(string command, object? args, TimeSpan timeout)
    {
        var id = Interlocked.Increment(ref _lastId);
        var answer = new TaskCompletionSource<Line>(TaskCreationOptions.RunContinuationsAsynchronously);
        _running[id] = answer;
        try
        {
            await lines.WriteAsync(new Line(Kinds.Run, id, command, JsonLines.ToElement(args))).ConfigureAwait(false);
            if (_isGone)
            {
                throw new IOException("the connection is closed");
            }

            var line = await answer.Task.WaitAsync(timeout).ConfigureAwait(false);
            return line.Error is { } error ? throw new MultiNodeException($"{name}: {command} failed: {error}") : line.Body ?? default;
        }
        catch (TimeoutException late)
        {
            throw new MultiNodeException($"{name}: {command} gave no result within {timeout.TotalSeconds} s", late);
        }
        catch (IOException gone)
        {
            throw new MultiNodeException($"{name}: the process ended while {command} ran", gone);
        }
        finally
        {
            _running.TryRemove(id, out _);
        }
    }

    public Task ReleaseAsync(string barrier)
    {
        _barriers.TryRemove(barrier, out _);
        return lines.WriteAsync(new Line(Kinds.Released, Name: barrier));
    }

    public void Take(Line line)
    {
        switch (line.Kind)
        {
            case Kinds.Entered:
                _barriers[line.Name!] = true;
                break;
            case Kinds.Result when _running.TryGetValue(line.Id, out var answer):
                answer.TrySetResult(line);
                break;
        }
    }

    public void Dispose()
    {
        _isGone = true;
        lines.Dispose();
        foreach (var answer in _running.Values)
        {
            answer.TrySetException(new IOException("the connection is closed"));
        }
    }
}
