using Akka.Configuration;

namespace Akka.Dispatch;

/// <summary>The keys of bounded mailboxes.</summary>
internal static class BoundedMailboxSettings
{
    /// <exception cref="ConfigurationException">Not a positive number.</exception>
    public static int Capacity(Config config)
    {
        var capacity = config.GetInt("mailbox-capacity", 1000);
        return capacity > 0
            ? capacity
            : throw new ConfigurationException($"mailbox-capacity = {capacity}: a bounded mailbox holds at least 1 message.");
    }

    /// <summary>Negative: senders wait as long as it takes.</summary>
    public static TimeSpan PushTimeout(Config config) => config.GetTimeSpan("mailbox-push-timeout-time", TimeSpan.FromSeconds(10));
}
