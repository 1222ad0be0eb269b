using Akka.Actor;
using Akka.Configuration;

namespace Akka.Persistence;

/// <summary><c>akka.persistence.*</c>, documented in persistence.conf, where the defaults are.</summary>
public sealed class PersistenceSettings : Settings
{
    public PersistenceSettings(ActorSystem system, Config config)
        : base(system, config)
    {
        AtLeastOnceDelivery = new AtLeastOnceDeliverySettings(config.GetConfig("akka.persistence.at-least-once-delivery"));
    }

    public AtLeastOnceDeliverySettings AtLeastOnceDelivery { get; set; }

    /// <summary>Immutable; the With-methods make changed copies.</summary>
    public sealed class AtLeastOnceDeliverySettings
    {
        public AtLeastOnceDeliverySettings(
            TimeSpan redeliverInterval, int redeliveryBurstLimit, int warnAfterNumberOfUnconfirmedAttempts, int maxUnconfirmedMessages)
        {
            RedeliverInterval = redeliverInterval;
            RedeliveryBurstLimit = redeliveryBurstLimit;
            WarnAfterNumberOfUnconfirmedAttempts = warnAfterNumberOfUnconfirmedAttempts;
            MaxUnconfirmedMessages = maxUnconfirmedMessages;
        }

        public AtLeastOnceDeliverySettings(Config config)
            : this(
                Required(config).GetTimeSpan("redeliver-interval"),
                config.GetInt("redelivery-burst-limit"),
                config.GetInt("warn-after-number-of-unconfirmed-attempts"),
                config.GetInt("max-unconfirmed-messages"))
        {
        }

        public TimeSpan RedeliverInterval { get; }

        public int RedeliveryBurstLimit { get; }

        public int WarnAfterNumberOfUnconfirmedAttempts { get; }

        public int MaxUnconfirmedMessages { get; }

        public AtLeastOnceDeliverySettings WithRedeliverInterval(TimeSpan redeliverInterval) =>
            new(redeliverInterval, RedeliveryBurstLimit, WarnAfterNumberOfUnconfirmedAttempts, MaxUnconfirmedMessages);

        public AtLeastOnceDeliverySettings WithRedeliveryBurstLimit(int redeliveryBurstLimit) =>
            new(RedeliverInterval, redeliveryBurstLimit, WarnAfterNumberOfUnconfirmedAttempts, MaxUnconfirmedMessages);

        public AtLeastOnceDeliverySettings WithUnconfirmedAttemptsToWarn(int unconfirmedAttemptsToWarn) =>
            new(RedeliverInterval, RedeliveryBurstLimit, unconfirmedAttemptsToWarn, MaxUnconfirmedMessages);

        public AtLeastOnceDeliverySettings WithMaxUnconfirmedMessages(int maxUnconfirmedMessages) =>
            new(RedeliverInterval, RedeliveryBurstLimit, WarnAfterNumberOfUnconfirmedAttempts, maxUnconfirmedMessages);

        private static Config Required(Config config) => config.IsNullOrEmpty()
            ? throw new ConfigurationException("akka.persistence.at-least-once-delivery is not configured.")
            : config;
    }
}
