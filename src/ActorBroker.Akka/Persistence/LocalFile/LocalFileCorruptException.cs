using System.Globalization;

namespace ActorBroker.LocalFiles;

/// <summary>A file of the local-file plug-ins is damaged where it was known to be whole. What to do is for people to decide.</summary>
public sealed class LocalFileCorruptException(string path, long position, string what)
    : IOException(string.Create(CultureInfo.InvariantCulture, $"{path} is damaged at byte {position}: {what}."))
{
    public string FilePath { get; } = path;

    /// <summary>In bytes from the beginning of the file.</summary>
    public long Position { get; } = position;
}
