using System.Diagnostics;
using System.Text;

namespace ActorBroker.Clients.Acceptance.Programs;

/// <summary>One program run by a test. Output is collected line by line, or copied to a file when it is binary.</summary>
/// <remarks>Dispose kills the program and its children when it still runs; nothing outlives the test.</remarks>
internal sealed class ChildProcess : IAsyncDisposable
{
    private const int OutputLinesMax = 400;

    private readonly Process _process;
    private readonly string _commandLine;
    private readonly Queue<string> _lastLines = new();
    private readonly Task _reading;

    private ChildProcess(ProcessStartInfo start, Action<string>? onLine, string? outputFile, Action<string>? onErrorLine)
    {
        _commandLine = $"{start.FileName} {string.Join(' ', start.ArgumentList)}";
        _process = Process.Start(start) ?? throw new InvalidOperationException($"{_commandLine}: did not start");
        var output = outputFile is null ? ReadLinesAsync(_process.StandardOutput, onLine) : CopyAsync(_process.StandardOutput, outputFile);
        _reading = Task.WhenAll(output, ReadLinesAsync(_process.StandardError, onErrorLine));
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <param name="onLine">Called for each line of standard output, on a thread of the pool.</param>
    /// <param name="onErrorLine">The same for standard error.</param>
    /// <param name="outputFile">Takes standard output byte for byte; <paramref name="onLine"/> is then not called.</param>
    public static ChildProcess Start(string file, IEnumerable<string> arguments, Action<string>? onLine = null, string? outputFile = null,
        IReadOnlyDictionary<string, string>? environment = null, string? workingFolder = null, Action<string>? onErrorLine = null)
    {
        var start = new ProcessStartInfo(file)
        {
            WorkingDirectory = workingFolder ?? "",
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            StandardErrorEncoding = Encoding.UTF8,
        };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);

        // A process that is killed would leave its files for debuggers behind.
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        return new ChildProcess(start, onLine, outputFile, onErrorLine);
    }

    /// <summary>Runs a program to its end.</summary>
    /// <returns>Exit code and the last lines of standard output and standard error, in the order of their arrival.</returns>
    public static async Task<(int ExitCode, string Output)> RunAsync(string file, IEnumerable<string> arguments, TimeSpan within,
        IReadOnlyDictionary<string, string>? environment = null, string? outputFile = null)
    {
        await using var child = Start(file, arguments, null, outputFile, environment);
        child.EndInput();
        return (await child.ExitAsync(within), child.Output);
    }

    /// <summary>The last lines that the program wrote to standard output and standard error.</summary>
    public string Output
    {
        get
        {
            lock (_lastLines) return string.Join('\n', _lastLines);
        }
    }

    /// <summary>Closes the program's standard input, which is open and empty until then.</summary>
    public void EndInput() => _process.StandardInput.Close();

    /// <summary>Waits for the end of the program and of its output.</summary>
    /// <exception cref="TimeoutException">It still runs; the message has its output so far.</exception>
    public async Task<int> ExitAsync(TimeSpan within)
    {
        try
        {
            await _process.WaitForExitAsync().WaitAsync(within);
            await _reading.WaitAsync(TimeSpan.FromSeconds(10));
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"{_commandLine}: still runs after {within.TotalSeconds} s. Output:\n{Output}");
        }
        return _process.ExitCode;
    }

    /// <summary>SIGKILL, to the program alone: it gets no chance to write anything.</summary>
    public async Task KillAsync()
    {
        _process.Kill(entireProcessTree: false);
        await ExitAsync(TimeSpan.FromSeconds(20));
    }

    public Task TerminateAsync() => RunAsync("/bin/sh", ["-c", $"kill -TERM {Id}"], TimeSpan.FromSeconds(10));

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }
        _process.Dispose();
    }

    private async Task ReadLinesAsync(StreamReader from, Action<string>? onLine)
    {
        while (await from.ReadLineAsync() is { } line)
        {
            lock (_lastLines)
            {
                _lastLines.Enqueue(line);
                if (_lastLines.Count > OutputLinesMax) _lastLines.Dequeue();
            }
            onLine?.Invoke(line);
        }
    }

    private static async Task CopyAsync(StreamReader from, string file)
    {
        await using var to = File.Create(file);
        await from.BaseStream.CopyToAsync(to);
    }
}
