using System.ComponentModel;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Akka.TestKit.MultiNode;

/// <summary>Signals to other processes, which .NET has no call for.</summary>
internal static partial class Signals
{
    public const int Kill = 9;
    public const int Terminate = 15;

    /// <summary>The only ones whose numbers differ between systems.</summary>
    public static readonly int Continue = OperatingSystem.IsMacOS() ? 19 : 18;

    public static readonly int Stop = OperatingSystem.IsMacOS() ? 17 : 19;

    private const int NoSuchProcess = 3;

    /// <summary>A process that has just ended by itself needs no signal.</summary>
    /// <exception cref="Win32Exception">It may not be sent.</exception>
    public static void Send(int processId, int signal)
    {
        if (SendSignal(processId, signal) != 0 && Marshal.GetLastPInvokeError() is var error && error != NoSuchProcess)
        {
            throw new Win32Exception(error);
        }
    }

    /// <summary>Has the signal reached every thread? Known on Linux only; elsewhere it is taken for granted.</summary>
    public static bool IsStopped(int processId)
    {
        if (!OperatingSystem.IsLinux())
        {
            return true;
        }

        // "123 (name of the thread) T ...": the name may hold anything.
        return Directory.EnumerateDirectories(string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/task"))
            .Select(thread => File.ReadAllText(Path.Combine(thread, "stat")))
            .All(stat => stat.AsSpan(stat.LastIndexOf(')') + 2)[0] == 'T');
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int processId, int signal);
}
