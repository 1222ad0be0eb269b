using System.Runtime.InteropServices;

namespace Akka.Persistence.Snapshot;

/// <summary>Makes the new, renamed and deleted names of a folder durable.</summary>
internal static partial class FolderFlush
{
    private const int ReadOnly = 0;

    /// <exception cref="IOException">The operating system refused.</exception>
    public static void Flush(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;   // makes names durable with their files and has no call for the folder
        }

        var handle = Open(folder, ReadOnly);
        var failure = handle < 0 || Synchronize(handle) < 0 ? Marshal.GetLastPInvokeError() : 0;
        if (handle >= 0)
        {
            _ = Close(handle);
        }

        if (failure != 0)
        {
            throw new IOException($"{folder} could not be flushed: {Marshal.GetPInvokeErrorMessage(failure)}", failure);
        }
    }

    // .NET opens no folders, so these three go to the C library.
    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Synchronize(int handle);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int handle);
}
