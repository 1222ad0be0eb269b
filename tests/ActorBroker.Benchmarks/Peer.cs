using System.Diagnostics;

namespace ActorBroker.Benchmarks;

/// <summary>This program again, as another process.</summary>
internal static class Peer
{
    /// <param name="role">The other process's only argument.</param>
    /// <returns>The process, and the first line that it printed.</returns>
    public static async Task<(Process Process, string[] Words)> StartAsync(string role)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardInput = true, RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath!) == "dotnet")
        {
            start.ArgumentList.Add(Environment.GetCommandLineArgs()[0]);
        }

        start.ArgumentList.Add(role);
        var process = Process.Start(start)!;
        var line = await process.StandardOutput.ReadLineAsync();
        return (process, line?.Split(' ') ?? throw new InvalidOperationException($"{role} has ended"));
    }

    public static async Task StopAsync(Process process)
    {
        process.StandardInput.Close();
        await process.WaitForExitAsync();
    }

    /// <summary>Runs a program to its end and returns what it printed.</summary>
    public static async Task<string> RunAsync(string file, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(file, arguments) { RedirectStandardOutput = true })!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{file} ended with {process.ExitCode}: {output}");
    }
}
