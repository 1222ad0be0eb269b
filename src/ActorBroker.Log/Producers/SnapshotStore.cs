using ActorBroker.Log.Files;

namespace ActorBroker.Log;

/// <summary>The producer snapshots in a log's folder: the newest two. Each is written when a segment is rolled and when the log is closed,
/// so that opening replays the headers of one segment at most.</summary>
internal sealed class SnapshotStore(ILogFiles files, string folder)
{
    /// <summary>The second newest is there for a truncation that goes back before the newest.</summary>
    private const int SnapshotsMax = 2;

    /// <summary>Writes a snapshot; not durable by itself: one that a crash tore is recognised and ignored.</summary>
    public void Write(ProducerTable table, Offset offset)
    {
        using (var file = files.Open(PathOf(offset)))
        {
            var bytes = ProducerSnapshot.Encode(table, offset);
            file.Write(bytes, 0);
            file.SetLength(bytes.Length);
        }

        RemoveOlder();
    }

    public void WriteDurably(ProducerTable table, Offset offset)
    {
        files.Replace(PathOf(offset), ProducerSnapshot.Encode(table, offset));
        RemoveOlder();
    }

    /// <summary>Loads the newest usable snapshot at or below <paramref name="end"/> into the table, which is cleared first. Unusable
    /// ones and those above <paramref name="end"/> are deleted.</summary>
    /// <returns>The offset it covers, <see cref="Offset.None"/> when there is no snapshot to use.</returns>
    public Offset Load(ProducerTable table, Offset end, List<string> unusable)
    {
        table.Clear();
        var found = Offset.None;
        foreach (var (name, offset) in NewestFirst())
        {
            if (found != Offset.None) break;
            var path = Path.Combine(folder, name);
            if (offset > end)
            {
                files.DeleteFile(path);
            }
            else if (files.ReadAll(path) is { } bytes && ProducerSnapshot.TryDecode(bytes, offset, table))
            {
                found = offset;
            }
            else
            {
                unusable.Add(name);
                files.DeleteFile(path);
            }
        }

        return found;
    }

    /// <summary>Deletes all snapshots: what they tell of is gone.</summary>
    public void Clear()
    {
        foreach (var (name, _) in NewestFirst()) files.DeleteFile(Path.Combine(folder, name));
    }

    private string PathOf(Offset offset) => Path.Combine(folder, SegmentFileName.Of(offset, SegmentFileName.ProducerSnapshot));

    private void RemoveOlder()
    {
        foreach (var (name, _) in NewestFirst().Skip(SnapshotsMax)) files.DeleteFile(Path.Combine(folder, name));
    }

    private List<(string Name, Offset Offset)> NewestFirst()
    {
        var found = new List<(string, Offset)>();
        foreach (var name in files.ListFiles(folder))
        {
            if (SegmentFileName.TryParse(name, SegmentFileName.ProducerSnapshot, out var offset)) found.Add((name, offset));
        }

        found.Reverse();
        return found;
    }
}
