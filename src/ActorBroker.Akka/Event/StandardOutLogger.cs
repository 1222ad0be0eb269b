namespace Akka.Event;

/// <summary>Prints log events on the console, one at a time, coloured when it is a terminal.</summary>
public class StandardOutLogger : MinimalLogger
{
    private static readonly Lock Printing = new();

    public static ConsoleColor DebugColor { get; set; } = ConsoleColor.Gray;

    public static ConsoleColor InfoColor { get; set; } = ConsoleColor.White;

    public static ConsoleColor WarningColor { get; set; } = ConsoleColor.Yellow;

    public static ConsoleColor ErrorColor { get; set; } = ConsoleColor.Red;

    public static bool UseColors { get; set; } = !Console.IsOutputRedirected;

    /// <summary>The one that all systems of the process use while they have no loggers of their own.</summary>
    internal static StandardOutLogger Shared { get; } = new();

    internal static void Print(LogEvent logEvent)
    {
        var line = logEvent.ToString();
        lock (Printing)
        {
            if (!UseColors)
            {
                Console.WriteLine(line);
                return;
            }

            var before = Console.ForegroundColor;
            Console.ForegroundColor = ColorOf(logEvent.LogLevel());
            Console.WriteLine(line);
            Console.ForegroundColor = before;
        }
    }

    protected override void Log(object message)
    {
        if (message is LogEvent logEvent)
        {
            Print(logEvent);
        }
        else
        {
            Console.WriteLine(message);
        }
    }

    private static ConsoleColor ColorOf(LogLevel level) => level switch
    {
        LogLevel.DebugLevel => DebugColor,
        LogLevel.InfoLevel => InfoColor,
        LogLevel.WarningLevel => WarningColor,
        LogLevel.ErrorLevel => ErrorColor,
    };
}
