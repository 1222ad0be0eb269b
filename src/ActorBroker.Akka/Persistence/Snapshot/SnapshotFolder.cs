using System.Globalization;

namespace Akka.Persistence.Snapshot;

/// <summary>Where snapshots lie as files: <c>snapshot-{escaped persistence id}-{number}-{UTC ticks}</c>.</summary>
internal sealed class SnapshotFolder(string folder)
{
    private const string Prefix = "snapshot-";
    private const string Unfinished = ".new";

    public void Create() => Directory.CreateDirectory(folder);

    public string PathOf(SnapshotMetadata metadata) => Path.Combine(
        folder,
        string.Create(CultureInfo.InvariantCulture, $"{Prefix}{FileNames.Escape(metadata.PersistenceId)}-{metadata.SequenceNr}-{metadata.Timestamp.Ticks}"));

    public byte[] Read(SnapshotMetadata metadata) => File.ReadAllBytes(PathOf(metadata));

    /// <summary>Writes beside, then takes the name: there is all of the file or nothing.</summary>
    public void Write(SnapshotMetadata metadata, ReadOnlySpan<byte> content)
    {
        var path = PathOf(metadata);
        using (var file = File.OpenHandle(path + Unfinished, FileMode.Create, FileAccess.Write))
        {
            RandomAccess.Write(file, content, 0);
            RandomAccess.FlushToDisk(file);
        }

        File.Move(path + Unfinished, path, overwrite: true);
        FolderFlush.Flush(folder);
    }

    public void Delete(SnapshotMetadata metadata) => File.Delete(PathOf(metadata));

    /// <summary>The latest first.</summary>
    public IReadOnlyList<SnapshotMetadata> Find(string persistenceId, Func<SnapshotMetadata, bool> isWanted)
    {
        var prefix = Prefix + FileNames.Escape(persistenceId) + "-";
        return
        [
            .. new DirectoryInfo(folder).EnumerateFiles(prefix + "*")
                .Select(file => Parse(persistenceId, prefix, file.Name))
                .OfType<SnapshotMetadata>()
                .Where(isWanted)
                .OrderByDescending(metadata => metadata.SequenceNr)
                .ThenByDescending(metadata => metadata.Timestamp),
        ];
    }

    /// <summary>Null when the name is not one of ours, or that of an id of which this one is the beginning.</summary>
    private static SnapshotMetadata? Parse(string persistenceId, string prefix, string name) =>
        name.StartsWith(prefix, StringComparison.Ordinal)
        && name[prefix.Length..].Split('-') is [var number, var ticks]
        && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var sequenceNr)
        && long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out var time)
        && time <= DateTime.MaxValue.Ticks
            ? new SnapshotMetadata(persistenceId, sequenceNr, new DateTime(time, DateTimeKind.Utc))
            : null;
}
