using Akka.Configuration;

namespace Akka.Persistence.Journal;

/// <summary><c>replay-filter</c> of a journal's section.</summary>
internal sealed record ReplayFilterSettings(ReplayFilterMode Mode, int WindowSize, int MaxOldWriters, bool DebugEnabled)
{
    public static ReplayFilterSettings From(Config plugin) => new(
        plugin.GetString("replay-filter.mode", "") switch
        {
            "off" or "false" or "no" => ReplayFilterMode.Disabled,
            "repair-by-discard-old" => ReplayFilterMode.RepairByDiscardOld,
            "fail" => ReplayFilterMode.Fail,
            "warn" => ReplayFilterMode.Warn,
            var other => throw new ConfigurationException(
                $"Invalid replay-filter.mode [{other}], supported values [off, repair-by-discard-old, fail, warn]"),
        },
        plugin.GetInt("replay-filter.window-size", 100),
        plugin.GetInt("replay-filter.max-old-writers", 10),
        plugin.GetBoolean("replay-filter.debug"));
}
