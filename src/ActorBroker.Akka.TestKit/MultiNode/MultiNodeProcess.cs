using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Akka.TestKit.MultiNode;

/// <summary>The process that plays a role: started, stopped in every way there is, and started again on the same data.</summary>
/// <remarks>For one test at a time. Unix only, for the signals. Its output goes to a file, the last lines are kept. Dispose kills it; when
/// the process of the test is killed, its roles end by themselves (<see cref="RoleAgent.RunAsync"/>), one that is paused too.</remarks>
/// <param name="role">Its name in messages.</param>
/// <param name="assembly">Path of the program's .dll.</param>
/// <param name="logFile">Takes standard output and standard error; appended to.</param>
public sealed class MultiNodeProcess(
    string role, string assembly, IReadOnlyList<string> arguments, string logFile, IReadOnlyDictionary<string, string>? environment = null) : IAsyncDisposable
{
    private const int TailLinesMax = 200;
    private static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(60);

    private readonly Lock _lock = new();
    private readonly Queue<string> _tail = new();
    private Process? _process;
    private Process? _warden;
    private Task _reading = Task.CompletedTask;

    public string Role => role;

    public bool IsRunning => _process is { HasExited: false };

    /// <summary>Between <see cref="Pause"/> and <see cref="Resume"/>.</summary>
    public bool IsPaused => IsRunning && _warden is not null;

    public int ProcessId => Started.Id;

    private Process Started => _process ?? throw new MultiNodeException($"{role} has not been started");

    /// <summary>Starts the program, or starts it again after its end.</summary>
    public void Start()
    {
        if (IsRunning)
        {
            throw new MultiNodeException($"{role} runs already, as process {_process!.Id}");
        }

        _process?.Dispose();
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        foreach (var argument in (string[])["exec", assembly, .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        // A process that is killed would leave its files for debuggers behind.
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        _process = Process.Start(start) ?? throw new MultiNodeException($"{role}: dotnet exec {assembly} did not start");
        Log($"--- process {_process.Id} started");
        _reading = Task.WhenAll(ReadAsync(_process.StandardOutput), ReadAsync(_process.StandardError));
    }

    /// <summary>SIGSTOP: when this returns, the process does nothing until <see cref="Resume"/>; its connections stay.</summary>
    public void Pause()
    {
        // A stopped process does not see that the test is gone. The shell does, by the end of its input.
        _warden ??= Process.Start(new ProcessStartInfo("sh", ["-c", $"read line || kill -9 {ProcessId.ToString(CultureInfo.InvariantCulture)}"])
        {
            RedirectStandardInput = true,
        });
        Send(Signals.Stop);
        if (!SpinWait.SpinUntil(() => Signals.IsStopped(ProcessId), EndPatience))
        {
            throw new MultiNodeException($"{role} does not stop at SIGSTOP");
        }

        Log("--- paused");
    }

    /// <summary>SIGCONT.</summary>
    public void Resume()
    {
        Log("--- resumed");
        Send(Signals.Continue);
        Dismiss();
    }

    /// <summary>kill -9, and waits for the end.</summary>
    public async Task KillAsync()
    {
        Send(Signals.Kill);
        await EndAsync(EndPatience).ConfigureAwait(false);
        Log("--- killed");
    }

    /// <summary>SIGTERM, and waits for the end.</summary>
    /// <returns>The exit code.</returns>
    public Task<int> StopAsync(TimeSpan? timeout = null)
    {
        Send(Signals.Terminate);
        return EndAsync(timeout ?? EndPatience);
    }

    /// <summary>Waits for the end.</summary>
    /// <returns>The exit code; 128 + the signal's number when a signal ended the process.</returns>
    public async Task<int> EndAsync(TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        try
        {
            await Started.WaitForExitAsync(cancellationToken).WaitAsync(timeout, cancellationToken).ConfigureAwait(false);
            await _reading.WaitAsync(timeout, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException late)
        {
            throw new MultiNodeException($"{role} still runs after {timeout.TotalSeconds} s. Its last lines:\n{Tail()}", late);
        }

        Dismiss();
        Log($"--- process {Started.Id} ended with {Started.ExitCode}");
        return Started.ExitCode;
    }

    /// <summary>The last lines of its output.</summary>
    public string Tail(int lines = 60)
    {
        lock (_lock)
        {
            return string.Join('\n', _tail.TakeLast(lines));
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (IsRunning)
        {
            await KillAsync().ConfigureAwait(false);
        }

        Dismiss();
        _process?.Dispose();
    }

    private void Send(int signal)
    {
        if (!IsRunning)
        {
            throw new MultiNodeException($"{role} does not run. Its last lines:\n{Tail()}");
        }

        Signals.Send(ProcessId, signal);
    }

    private void Dismiss()
    {
        if (_warden is { } warden)
        {
            warden.Kill();
            warden.WaitForExit();
            warden.Dispose();
            _warden = null;
        }
    }

    private async Task ReadAsync(StreamReader from)
    {
        while (await from.ReadLineAsync().ConfigureAwait(false) is { } line)
        {
            Log(line);
        }
    }

    private void Log(string line)
    {
        lock (_lock)
        {
            File.AppendAllText(logFile, line + "\n");
            _tail.Enqueue(line);
            if (_tail.Count > TailLinesMax)
            {
                _tail.Dequeue();
            }
        }
    }
}
