using System.Globalization;
using Spectre.Console;

namespace ActorBroker.Cli.Commands;

/// <summary>A bar on the error stream while a file is sent and a person watches.</summary>
internal sealed class ProduceProgress : IDisposable
{
    private const int Width = 40;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private readonly IAnsiConsole _console;
    private readonly TimeProvider _clock;
    private readonly long _total;
    private readonly long _started;
    private long _shown;
    private bool _isDrawn;

    public ProduceProgress(CliIo io, long total)
    {
        _console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(io.Error) });
        _clock = io.Clock;
        _total = Math.Max(total, 1);
        _started = _shown = _clock.GetTimestamp();
    }

    /// <summary>Draws anew, ten times a second at most.</summary>
    public void Show(long bytes)
    {
        var now = _clock.GetTimestamp();
        if (bytes < _total && _clock.GetElapsedTime(_shown, now) < Pause) return;
        _shown = now;
        _isDrawn = true;
        var part = Math.Min(1, bytes / (double)_total);
        var filled = (int)(part * Width);
        var rate = (long)(bytes / Math.Max(_clock.GetElapsedTime(_started, now).TotalSeconds, 0.001));
        _console.Markup(string.Create(
            CultureInfo.InvariantCulture,
            $"\r[green]{new string('━', filled)}[/][grey]{new string('━', Width - filled)}[/] {part * 100,3:0} % {ProduceReport.Size(rate)}/s   "));
    }

    public void Dispose()
    {
        if (_isDrawn) _console.WriteLine();
    }
}
