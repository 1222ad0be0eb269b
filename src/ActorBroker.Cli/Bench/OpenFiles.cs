using System.Globalization;

namespace ActorBroker.Cli.Bench;

/// <summary>How many files and connections this process may have open.</summary>
internal static class OpenFiles
{
    /// <summary>The hard limit, to which the runtime raises the soft one; null where it is not told, or there is none.</summary>
    public static long? Limit
    {
        get
        {
            const string Name = "Max open files";
            const string Self = "/proc/self/limits";
            if (!File.Exists(Self)) return null;
            var line = File.ReadAllLines(Self).FirstOrDefault(line => line.StartsWith(Name, StringComparison.Ordinal));
            var hard = line?[Name.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries).ElementAtOrDefault(1);
            return long.TryParse(hard, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) ? limit : null;
        }
    }
}
