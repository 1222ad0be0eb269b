using System.Diagnostics;
using System.Globalization;

namespace ActorBroker.Benchmarks.Cluster;

/// <summary>The node program as a process.</summary>
internal sealed class NodeProcess : IDisposable
{
    private readonly Process _process;
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly StreamWriter _log;

    /// <param name="log">Everything that the process prints goes to the end of this file.</param>
    public NodeProcess(IEnumerable<string> arguments, string log)
    {
        _log = new StreamWriter(log, append: true) { AutoFlush = true };
        string[] command = [Path.Combine(AppContext.BaseDirectory, "actorbroker-node.dll"), .. arguments];
        _process = new Process
        {
            StartInfo = new ProcessStartInfo("dotnet", command) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Path.GetDirectoryName(log) },
            EnableRaisingEvents = true,
        };

        // A process that is killed would leave its files for debuggers behind.
        _process.StartInfo.Environment["DOTNET_EnableDiagnostics"] = "0";
        _process.OutputDataReceived += (_, line) => Printed(line.Data);
        _process.ErrorDataReceived += (_, line) => Printed(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        _ = FailWhenEndedAsync(log);
    }

    /// <summary>Ends when the node says that it serves.</summary>
    public Task Ready => _ready.Task;

    /// <summary>User and system time since the process began.</summary>
    public TimeSpan Cpu
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    public long ResidentBytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>Since the process began.</summary>
    public long ResidentBytesMax
    {
        get
        {
            _process.Refresh();
            return _process.PeakWorkingSet64;
        }
    }

    /// <summary>On Linux.</summary>
    public int OpenFiles => Directory.GetFileSystemEntries($"/proc/{_process.Id.ToString(CultureInfo.InvariantCulture)}/fd").Length;

    public async Task KillAsync(CancellationToken end)
    {
        _process.Kill();
        await _process.WaitForExitAsync(end);
    }

    /// <summary>Asks it to end, as an operator does, and waits.</summary>
    public async Task TerminateAsync(CancellationToken end)
    {
        await Peer.RunAsync("kill", "-TERM", _process.Id.ToString(CultureInfo.InvariantCulture));
        await _process.WaitForExitAsync(end);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.WaitForExit();
        _process.Dispose();
        _log.Dispose();
    }

    private async Task FailWhenEndedAsync(string log)
    {
        // Not the event of its exit: that may come before its last lines are read.
        await _process.WaitForExitAsync();
        if (!_ready.Task.IsCompleted)
        {
            _ready.TrySetException(new InvalidOperationException($"a node ended before it was ready; it printed: {await File.ReadAllTextAsync(log)}"));
        }
    }

    private void Printed(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_log)
        {
            _log.WriteLine(line);
        }

        if (line.StartsWith("ready ", StringComparison.Ordinal))
        {
            _ready.TrySetResult();
        }
    }
}
