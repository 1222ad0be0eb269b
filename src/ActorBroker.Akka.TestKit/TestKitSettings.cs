using Akka.Actor;
using Akka.Configuration;

namespace Akka.TestKit;

/// <summary>The section <c>akka.test</c> of a test system.</summary>
public class TestKitSettings : IExtension
{
    /// <param name="config">The section <c>akka.test</c>.</param>
    /// <exception cref="ConfigurationException">The time factor is not above zero.</exception>
    public TestKitSettings(Config config)
    {
        if (config is null || config.IsEmpty)
        {
            throw new ConfigurationException("The configuration has no akka.test; a test system's falls back to TestKitBase.DefaultConfig.");
        }

        DefaultTimeout = config.GetTimeSpan("default-timeout");
        SingleExpectDefault = config.GetTimeSpan("single-expect-default");
        ExpectNoMessageDefault = config.GetTimeSpan("expect-no-message-default", SingleExpectDefault);
        TestEventFilterLeeway = config.GetTimeSpan("filter-leeway");
        TestTimeFactor = config.GetDouble("timefactor");
        if (TestTimeFactor <= 0)
        {
            throw new ConfigurationException($"akka.test.timefactor is {TestTimeFactor}; it must be above zero.");
        }
    }

    /// <summary>For Ask. Finite.</summary>
    public TimeSpan DefaultTimeout { get; }

    /// <summary>How long an expectation waits that says no time.</summary>
    public TimeSpan SingleExpectDefault { get; }

    /// <summary>How long ExpectNoMsg waits that says no time.</summary>
    public TimeSpan ExpectNoMessageDefault { get; }

    /// <summary>How long an event filter waits after its action.</summary>
    public TimeSpan TestEventFilterLeeway { get; }

    /// <summary>What all times are multiplied with; above 1 on slow machines.</summary>
    public double TestTimeFactor { get; }
}
