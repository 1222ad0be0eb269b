using System.Diagnostics;
using System.Globalization;

namespace ActorBroker.Node.Tests;

/// <summary>A file system of a few megabytes on a folder of its own. Where this user may not mount, the test is skipped.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly string _ballast;

    private SmallDisk(string path)
    {
        Path = path;
        _ballast = System.IO.Path.Combine(path, "ballast");
    }

    public string Path { get; }

    public static SmallDisk Mount(int megabytes)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "needs tmpfs, which only Linux has");
        var path = Directory.CreateTempSubdirectory("actorbroker-disk-").FullName;
        var size = string.Create(CultureInfo.InvariantCulture, $"size={megabytes}m");
        if (!Run("mount", "-t", "tmpfs", "-o", size, "tmpfs", path))
        {
            Directory.Delete(path);
            Skip.If(true, "this user may not mount a file system");
        }

        return new SmallDisk(path);
    }

    /// <summary>Takes all the room that is left.</summary>
    public void Fill()
    {
        const int Unbuffered = 1;
        using var file = new FileStream(_ballast, FileMode.Append, FileAccess.Write, FileShare.None, Unbuffered);
        for (var bytes = new byte[4096]; bytes.Length > 0; bytes = bytes[..(bytes.Length / 2)])
        {
            try
            {
                while (true)
                {
                    file.Write(bytes);
                }
            }
            catch (IOException)
            {
                // Full for so many bytes: fewer may fit.
            }
        }
    }

    /// <summary>Gives back what <see cref="Fill"/> took.</summary>
    public void MakeRoom() => File.Delete(_ballast);

    public void MakeReadOnly() => Assert.True(Run("mount", "-o", "remount,ro", Path));

    public void Dispose()
    {
        Assert.True(Run("umount", Path));
        Directory.Delete(Path);
    }

    private static bool Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;    // there is no such program
        }
    }
}
