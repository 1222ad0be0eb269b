using Akka.Actor;
using Akka.Configuration;

namespace ActorBroker.Akka.Tests.Actor;

/// <summary>One quiet system for each test.</summary>
public abstract class ActorSystemTests : IDisposable
{
    private const string Quiet = """
        akka.loglevel = OFF
        akka.stdout-loglevel = OFF
        akka.log-dead-letters = off
        """;

    protected ActorSystemTests(string config = "")
    {
        System = ActorSystem.Create("test", ConfigurationFactory.ParseString(config + "\n" + Quiet));
    }

    protected ActorSystem System { get; }

    public void Dispose()
    {
        System.Terminate();
        Assert.True(System.WhenTerminated.Wait(TimeSpan.FromSeconds(20)), "the system did not end");
        GC.SuppressFinalize(this);
    }

    private protected Probe NewProbe() => new(System);
}
