using Akka.Configuration;

namespace Akka.TestKit.Configs;

/// <summary>Configurations for test systems.</summary>
public class TestConfigs
{
    /// <summary>A system whose clock only goes when the test moves it: see <see cref="TestScheduler"/>.</summary>
    public static Config TestSchedulerConfig { get; } = ConfigurationFactory.ParseString(
        """akka.scheduler.implementation = "Akka.TestKit.TestScheduler, Akka.TestKit" """);

    /// <summary>The kit's reference configuration.</summary>
    public static Config DefaultConfig { get; } = ConfigurationFactory.FromResource(
        "ActorBroker.Akka.TestKit.reference.conf", typeof(TestConfigs).Assembly);

    internal static Config FullDebugConfig { get; } = ConfigurationFactory.ParseString(
        """
        akka.loglevel = DEBUG
        akka.log-dead-letters = on
        akka.actor.debug {
          receive = on
          autoreceive = on
          lifecycle = on
          event-stream = on
          unhandled = on
          fsm = on
          router-misconfiguration = on
        }
        """);
}
