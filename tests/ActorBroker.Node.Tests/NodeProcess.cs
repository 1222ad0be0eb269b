using System.Diagnostics;

namespace ActorBroker.Node.Tests;

/// <summary>The node program as a process of its own, with a folder that goes when it does.</summary>
internal sealed class NodeProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly Process _process;
    private readonly TaskCompletionSource<string> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task<string> _errors;
    private readonly Task _output;

    private NodeProcess(Process process, string folder)
    {
        _process = process;
        Folder = folder;

        // From the beginning: a node whose output nobody takes stops when it prints more.
        _errors = process.StandardError.ReadToEndAsync();
        _output = ReadOutputAsync();
    }

    public string Folder { get; }

    /// <summary>Memory of the process that was in the machine's, at most since the start.</summary>
    public long ResidentBytesMax
    {
        get
        {
            _process.Refresh();
            return _process.PeakWorkingSet64;
        }
    }

    /// <summary>Starts the program; the arguments may say {folder} for a new empty folder.</summary>
    public static NodeProcess Start(params string[] arguments) => StartIn(Directory.CreateTempSubdirectory("actorbroker-node-").FullName, arguments);

    public static NodeProcess StartIn(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo(IsInterruptIgnored() ? "env" : "dotnet")
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (IsInterruptIgnored())
        {
            start.ArgumentList.Add("--default-signal=INT");
            start.ArgumentList.Add("dotnet");
        }

        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "actorbroker-node.dll"));
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument.Replace("{folder}", folder, StringComparison.Ordinal));
        }

        // A process that is killed would leave its files for debuggers behind.
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        return new NodeProcess(Process.Start(start)!, folder);
    }

    /// <summary>Waits for the line that says that the node serves, and gives its words by name.</summary>
    public async Task<Dictionary<string, string>> ReadyAsync()
    {
        var line = await _ready.Task.WaitAsync(Patience);
        return line.Split(' ').Skip(1).Select(word => word.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
    }

    /// <summary>Waits for the end.</summary>
    public async Task<(int ExitCode, string Errors)> EndAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        var errors = await _errors.WaitAsync(patience.Token);
        await _output.WaitAsync(patience.Token);
        await _process.WaitForExitAsync(patience.Token);
        return (_process.ExitCode, errors.Trim());
    }

    /// <summary>Asks the process to end, as an operator does.</summary>
    public void Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    private async Task ReadOutputAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("ready ", StringComparison.Ordinal))
            {
                _ready.TrySetResult(line);
            }
        }

        _ready.TrySetException(new InvalidOperationException($"the node ended: {await _errors}"));
    }

    /// <summary>A script that runs the tests in the background has them, and what they start, ignore SIGINT.</summary>
    private static bool IsInterruptIgnored()
    {
        const string Status = "/proc/self/status";
        const ulong InterruptBit = 1 << 1;
        var mask = File.Exists(Status) ? File.ReadLines(Status).FirstOrDefault(line => line.StartsWith("SigIgn:", StringComparison.Ordinal)) : null;
        return mask is not null && (ulong.Parse(mask["SigIgn:".Length..].Trim(), System.Globalization.NumberStyles.HexNumber, System.Globalization.CultureInfo.InvariantCulture) & InterruptBit) != 0;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }

        _process.Dispose();
        if (Directory.Exists(Folder))
        {
            Directory.Delete(Folder, recursive: true);
        }
    }
}
