using System.Text;
using ActorBroker.Log;
using ActorBroker.Log.Files;

namespace ActorBroker.Partitions;

/// <summary>Ties a partition's folder to the id of its topic, so that data of a deleted topic never shows up in a new one of the same name.</summary>
internal static class FolderIdentity
{
    /// <summary>Kafka's name for the same file.</summary>
    private const string FileName = "partition.metadata";

    /// <summary>Takes the folder for the topic. A folder of another topic is set aside as <c>….stray</c>, never deleted.</summary>
    /// <exception cref="LogIOException">The disk refused.</exception>
    public static void Claim(ILogFiles files, string folder, Guid topicId)
    {
        files.CreateFolder(folder);
        var path = Path.Combine(folder, FileName);
        var wanted = Encoding.UTF8.GetBytes($"version: 0\ntopic_id: {topicId}\n");
        var present = files.ReadAll(path);
        if (present is not null && present.AsSpan().SequenceEqual(wanted))
        {
            return;
        }

        if (present is not null)
        {
            var stray = $"{folder}.{Guid.NewGuid():N}.stray";
            files.Rename(folder, stray);
            files.CreateFolder(folder);
        }

        files.Replace(path, wanted);
        files.FlushFolder(Path.GetDirectoryName(folder)!);
    }

    /// <summary>The topic whose data a folder holds; null when it does not say.</summary>
    public static Guid? Read(ILogFiles files, string folder)
    {
        const string Key = "topic_id: ";
        var text = Encoding.UTF8.GetString(files.ReadAll(Path.Combine(folder, FileName)) ?? []);
        var at = text.IndexOf(Key, StringComparison.Ordinal);
        return at >= 0 && Guid.TryParse(text.AsSpan(at + Key.Length).Trim(), out var id) ? id : null;
    }
}
