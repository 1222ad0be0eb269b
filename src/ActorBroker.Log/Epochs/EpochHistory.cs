using System.Globalization;
using System.Text;
using ActorBroker.Log.Files;

namespace ActorBroker.Log;

/// <summary>Which leader epoch begins at which offset; both rise. Finds where two logs part.</summary>
/// <remarks>File <c>leader-epoch-checkpoint</c>, Kafka's text format: a line "0" (version), a line with the number of entries, a line
/// "epoch startOffset" for each. It is written before the recovery point moves past an epoch's start; later epochs are found
/// again in the batches. Owner: the log.</remarks>
internal sealed class EpochHistory(ILogFiles files, string folder)
{
    public const string FileName = "leader-epoch-checkpoint";

    private readonly List<(LeaderEpoch Epoch, Offset Start)> _entries = [];

    public int Count => _entries.Count;

    public string FilePath { get; } = Path.Combine(folder, FileName);

    /// <summary>True when the file does not say what is known here.</summary>
    public bool IsDirty { get; private set; }

    public LeaderEpoch Last => _entries.Count == 0 ? LeaderEpoch.None : _entries[^1].Epoch;

    public (LeaderEpoch Epoch, Offset Start) this[int index] => _entries[index];

    /// <summary>A batch of <paramref name="epoch"/> is at <paramref name="start"/>; no effect when that epoch began before.</summary>
    public void Assign(LeaderEpoch epoch, Offset start)
    {
        if (epoch <= Last) return;
        Check.That(_entries.Count == 0 || _entries[^1].Start <= start);
        _entries.Add((epoch, start));
        IsDirty = true;
    }

    /// <summary>Answers OffsetForLeaderEpoch: largest known epoch not above <paramref name="requested"/> and where it ends.</summary>
    /// <remarks>Source: KIP-101, KIP-279. Below all known epochs the answer is the request itself and the first start.</remarks>
    public EpochEnd EndOf(LeaderEpoch requested, Offset logEnd)
    {
        if (requested == LeaderEpoch.None || _entries.Count == 0 || requested > Last) return new EpochEnd(LeaderEpoch.None, Offset.None);
        if (requested == Last) return new EpochEnd(requested, logEnd);
        var above = _entries.FindIndex(entry => entry.Epoch > requested);
        return new EpochEnd(above == 0 ? requested : _entries[above - 1].Epoch, _entries[above].Start);
    }

    /// <summary>Epoch of the batch that holds <paramref name="offset"/>; none for an offset before all that is known.</summary>
    public LeaderEpoch At(Offset offset)
    {
        var index = _entries.FindLastIndex(entry => entry.Start <= offset);
        return index < 0 ? LeaderEpoch.None : _entries[index].Epoch;
    }

    /// <summary>Forgets epochs that begin at or after <paramref name="end"/>.</summary>
    public void TruncateTo(Offset end) => IsDirty |= _entries.RemoveAll(entry => entry.Start >= end) > 0;

    /// <summary>The log begins at <paramref name="start"/> now: older epochs go, the one that covers it is lifted to it.</summary>
    public void LiftStart(Offset start)
    {
        var covering = _entries.FindLastIndex(entry => entry.Start <= start);
        if (covering < 0 || (covering == 0 && _entries[0].Start == start)) return;
        _entries[covering] = (_entries[covering].Epoch, start);
        _entries.RemoveRange(0, covering);
        IsDirty = true;
    }

    public void Clear()
    {
        IsDirty |= _entries.Count > 0;
        _entries.Clear();
    }

    /// <summary>Writes the file, durably, when it does not say what is known here.</summary>
    public void Save()
    {
        if (!IsDirty) return;
        var text = new StringBuilder();
        text.Append("0\n").Append(CultureInfo.InvariantCulture, $"{_entries.Count}\n");
        foreach (var (epoch, start) in _entries) text.Append(CultureInfo.InvariantCulture, $"{epoch} {start}\n");
        files.Replace(FilePath, Encoding.ASCII.GetBytes(text.ToString()));
        IsDirty = false;
    }

    /// <summary>Reads the file.</summary>
    /// <returns>False when it is missing or not what <see cref="Save"/> writes; then nothing is known.</returns>
    public bool TryLoad()
    {
        _entries.Clear();
        if (files.ReadAll(FilePath) is not { } bytes) return false;
        if (bytes is not [.., (byte)'\n']) return false;
        var lines = Encoding.ASCII.GetString(bytes).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (lines.Length < 2 || lines[0] != "0" || !TryNumber(lines[1], out var count) || count != lines.Length - 2) return false;
        foreach (var line in lines.AsSpan(2))
        {
            var fields = line.Split(' ');
            if (fields.Length == 2 && TryNumber(fields[0], out var epoch) && epoch <= int.MaxValue && TryNumber(fields[1], out var start)
                && (_entries.Count == 0 || (_entries[^1].Epoch.Value < epoch && _entries[^1].Start.Value <= start)))
            {
                _entries.Add((new LeaderEpoch((int)epoch), new Offset(start)));
                continue;
            }

            _entries.Clear();
            return false;
        }

        return true;
    }

    private static bool TryNumber(string text, out long value) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
}
