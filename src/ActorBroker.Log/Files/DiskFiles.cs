using System.Runtime.InteropServices;

namespace ActorBroker.Log.Files;

/// <summary>The real disk. The one place in the product that opens a file.</summary>
/// <remarks>Safe from any thread: it has no state. Messages name the file, what was tried and what the operating system said.</remarks>
public sealed partial class DiskFiles : ILogFiles
{
    /// <summary>Ending of a file that <see cref="Replace"/> has not finished; a crash may leave one behind.</summary>
    public const string TemporarySuffix = ".tmp";

    public ILogFile Open(string path) => Attempt("open", path, static path => new DiskFile(path, Handle(path, FileMode.OpenOrCreate)));

    public bool FileExists(string path) => File.Exists(path);

    public bool FolderExists(string path) => Directory.Exists(path);

    public void CreateFolder(string path) => Attempt("create folder", path, static path => Directory.CreateDirectory(path));

    public IReadOnlyList<string> ListFiles(string folder) => List(folder, static folder => Directory.GetFiles(folder));

    public IReadOnlyList<string> ListFolders(string folder) => List(folder, static folder => Directory.GetDirectories(folder));

    public void DeleteFile(string path) => Attempt("delete", path, static path =>
    {
        // Deleting what is not there is no error, but a missing folder would be one.
        if (File.Exists(path)) File.Delete(path);
        return true;
    });

    public void DeleteFolder(string path) => Attempt("delete folder", path, static path =>
    {
        if (Directory.Exists(path)) Directory.Delete(path, recursive: true);
        return true;
    });

    public void Rename(string from, string to) => Attempt($"rename to {to}", from, from =>
    {
        if (Directory.Exists(from))
        {
            Directory.Move(from, to);
        }
        else
        {
            File.Move(from, to, overwrite: true);
        }

        return true;
    });

    public void FlushFolder(string folder) => Attempt("flush folder", folder, static folder =>
    {
        // Windows makes directory entries durable with the file and has no call for the folder.
        if (!OperatingSystem.IsWindows()) SyncFolder(folder);
        return true;
    });

    public byte[]? ReadAll(string path) => Attempt("read", path, static path => File.Exists(path) ? File.ReadAllBytes(path) : null);

    public void Replace(string path, ReadOnlySpan<byte> bytes)
    {
        var temporary = path + TemporarySuffix;
        using (var file = Attempt("create", temporary, static path => new DiskFile(path, Handle(path, FileMode.Create))))
        {
            file.Write(bytes, 0);
            file.Flush();
        }

        Rename(temporary, path);
        if (Path.GetDirectoryName(path) is { Length: > 0 } folder) FlushFolder(folder);
    }

    /// <summary>Turns every refusal of the operating system into the one exception that callers know.</summary>
    internal static T Attempt<T>(string operation, string path, Func<string, T> work)
    {
        try
        {
            return work(path);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            throw Refusal(operation, path, cause);
        }
    }

    internal static LogIOException Refusal(string operation, string path, Exception cause) =>
        new($"{path}: cannot {operation}: {cause.Message}", path, cause);

    // Readers and the janitor of another process (a backup, a person with a tool) may look at and unlink a file while it is open.
    private static Microsoft.Win32.SafeHandles.SafeFileHandle Handle(string path, FileMode mode) =>
        File.OpenHandle(path, mode, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);

    private static string[] List(string folder, Func<string, string[]> paths) => Attempt("list", folder, folder =>
    {
        if (!Directory.Exists(folder)) return [];
        var names = paths(folder);
        for (var i = 0; i < names.Length; i++) names[i] = Path.GetFileName(names[i]);
        Array.Sort(names, StringComparer.Ordinal);
        return names;
    });

    private static void SyncFolder(string folder)
    {
        const int ReadOnly = 0;
        var handle = OpenDirectory(folder, ReadOnly);
        if (handle < 0) throw LastError();
        var result = Synchronize(handle);
        var failure = result < 0 ? LastError() : null;
        _ = CloseHandle(handle);
        if (failure is not null) throw failure;
    }

    private static IOException LastError()
    {
        var code = Marshal.GetLastPInvokeError();
        return new IOException(Marshal.GetPInvokeErrorMessage(code), code);
    }

    // File.OpenHandle refuses directories, so these three go to the C library.
    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenDirectory(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Synchronize(int handle);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int CloseHandle(int handle);
}
