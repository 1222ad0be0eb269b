namespace ActorBroker.Log.Files;

/// <summary>The disk as the broker sees it: the one place through which files are opened, so that a test or a
/// simulation can put its own disk in place.</summary>
/// <remarks>Safe from any thread. Every member throws <see cref="LogIOException"/> when the disk refuses.</remarks>
public interface ILogFiles
{
    /// <summary>Opens a file for reading and writing; creates it when it is missing.</summary>
    ILogFile Open(string path);

    bool FileExists(string path);

    bool FolderExists(string path);

    /// <summary>Creates the folder and its parents; no effect when it is there.</summary>
    void CreateFolder(string path);

    /// <summary>Names (not paths) of the files in a folder, in ordinal order; empty when the folder is missing.</summary>
    IReadOnlyList<string> ListFiles(string folder);

    /// <summary>Names (not paths) of the folders in a folder, in ordinal order; empty when the folder is missing.</summary>
    IReadOnlyList<string> ListFolders(string folder);

    /// <summary>Deletes a file; no effect when it is missing.</summary>
    void DeleteFile(string path);

    /// <summary>Deletes a folder with all it holds; no effect when it is missing.</summary>
    void DeleteFolder(string path);

    /// <summary>Renames a file or a folder, over an existing file if there is one.</summary>
    void Rename(string from, string to);

    /// <summary>Makes creations, renames and deletions in a folder durable (fsync of the directory).</summary>
    void FlushFolder(string folder);

    /// <summary>The whole content of a small file, or null when it is missing.</summary>
    byte[]? ReadAll(string path);

    /// <summary>Replaces a small file in one step: after a crash it holds the old bytes or the new ones, and these are durable.</summary>
    void Replace(string path, ReadOnlySpan<byte> bytes);
}
