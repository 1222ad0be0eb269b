using System.Globalization;
using System.Text;

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
        FileNames.FlushFolder(folder);
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

/// <summary>Names of files for ids that may be any text.</summary>
internal static class FileNames
{
    /// <summary>UTF-8 bytes beyond which an id is cut and told apart by its hash: file systems take 255, other parts need some.</summary>
    private const int EscapedCharsMax = 150;

    /// <summary>Letters, digits and <c>_</c> <c>.</c> <c>-</c> (not first) stay, every other byte of the UTF-8 becomes <c>%xx</c>. A text too long
    /// for a file's name ends in <c>%%</c> and its SHA-256. Reversible or collision-free; capitals differ where the file system says so.</summary>
    public static string Escape(string id)
    {
        var bytes = Encoding.UTF8.GetBytes(id);
        var name = new StringBuilder();
        foreach (var one in bytes)
        {
            var c = (char)one;
            if (char.IsAsciiLetterOrDigit(c) || c == '_' || (c is '.' or '-' && name.Length > 0))
            {
                name.Append(c);
            }
            else
            {
                name.Append(CultureInfo.InvariantCulture, $"%{one:x2}");
            }
        }

        if (name.Length > EscapedCharsMax)
        {
            name.Length = EscapedCharsMax;
            name.Append("%%").Append(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes)));
        }

        return name.ToString();
    }

    /// <summary>Makes new, renamed and deleted names of a folder durable. Windows does that by itself.</summary>
    public static void FlushFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        using var handle = File.OpenHandle(folder, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        RandomAccess.FlushToDisk(handle);
    }
}
