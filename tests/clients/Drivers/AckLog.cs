using System.Globalization;

namespace ActorBroker.Clients.Acceptance.Drivers;

/// <summary>What a producing client was told, as it arrives: the place of each acknowledged record.</summary>
/// <remarks>Filled from the client's output on a pool thread, read by the test.</remarks>
internal sealed class AckLog
{
    private readonly Lock _lock = new();
    private readonly Dictionary<int, (int Partition, long Offset)> _places = [];
    private readonly List<string> _errors = [];
    private readonly List<(int Count, TaskCompletionSource Reached)> _waiting = [];

    public int Count
    {
        get
        {
            lock (_lock) return _places.Count;
        }
    }

    /// <summary>Index in the list of sent records, and where the broker said that it is.</summary>
    public IReadOnlyDictionary<int, (int Partition, long Offset)> Places
    {
        get
        {
            lock (_lock) return new Dictionary<int, (int, long)>(_places);
        }
    }

    /// <summary>Records that the client reported as failed.</summary>
    public IReadOnlyList<string> Errors
    {
        get
        {
            lock (_lock) return [.. _errors];
        }
    }

    /// <summary>One line of a client: "ack index partition offset", "err index reason"; others are ignored.</summary>
    public void OnLine(string line)
    {
        var words = line.Split(' ');
        lock (_lock)
        {
            if (words[0] == "err") _errors.Add(line);
            if (words[0] != "ack") return;
            Assert.True(_places.TryAdd(Number(words[1]), (Number(words[2]), long.Parse(words[3], CultureInfo.InvariantCulture))),
                $"acknowledged twice: {line}");
            foreach (var (_, reached) in _waiting.Where(one => one.Count <= _places.Count)) reached.TrySetResult();
        }
    }

    /// <summary>Completes when at least so many records are acknowledged.</summary>
    public Task ReachesAsync(int count)
    {
        lock (_lock)
        {
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_places.Count >= count) reached.SetResult();
            else _waiting.Add((count, reached));
            return reached.Task;
        }
    }

    private static int Number(string word) => int.Parse(word, CultureInfo.InvariantCulture);
}
