using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Event;
using Akka.TestKit.Xunit2.Internals;
using Xunit.Abstractions;

namespace Akka.TestKit.Xunit2;

/// <summary>The test kit for xUnit.net: derive the test class from it. Its system ends with the test.</summary>
public class TestKit : TestKitBase, IDisposable
{
    protected readonly ITestOutputHelper Output;

    private bool _disposed;

    /// <param name="system">Null: one with the default configuration.</param>
    /// <param name="output">Gets the log, too.</param>
    public TestKit(ActorSystem? system = null, ITestOutputHelper? output = null)
        : base(Assertions, system)
    {
        Output = output!;
        InitializeLogger(Sys);
    }

    public TestKit(ActorSystemSetup config, string? actorSystemName = null, ITestOutputHelper? output = null)
        : base(Assertions, config, actorSystemName)
    {
        Output = output!;
        InitializeLogger(Sys);
    }

    /// <param name="config">Falls back to <see cref="TestKitBase.DefaultConfig"/>.</param>
    /// <param name="actorSystemName">Null: "test".</param>
    /// <param name="output">Gets the log, too.</param>
    public TestKit(Config config, string? actorSystemName = null, ITestOutputHelper? output = null)
        : base(Assertions, config, actorSystemName)
    {
        Output = output!;
        InitializeLogger(Sys);
    }

    /// <param name="config">HOCON; falls back to <see cref="TestKitBase.DefaultConfig"/>.</param>
    /// <param name="output">Gets the log, too.</param>
    public TestKit(string config, ITestOutputHelper? output = null)
        : base(Assertions, ConfigurationFactory.ParseString(config))
    {
        Output = output!;
        InitializeLogger(Sys);
    }

    protected static XunitAssertions Assertions { get; } = new();

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Runs when the test has ended. Ends the system.</summary>
    protected virtual void AfterAll() => Shutdown();

    /// <summary>Sends the log of a system to the test's output, too.</summary>
    protected void InitializeLogger(ActorSystem system) => InitializeLogger(system, "");

    /// <param name="system">A further system of the test.</param>
    /// <param name="prefix">Tells its lines from those of the others.</param>
    protected void InitializeLogger(ActorSystem system, string prefix)
    {
        if (Output is null)
        {
            return;
        }

        var logger = ((ExtendedActorSystem)system).SystemActorOf(Props.Create(() => new TestOutputLogger(Output, prefix)), "log-test");
        logger.Ask<LoggerInitialized>(new InitializeLogger(system.EventStream), TestKitSettings.DefaultTimeout)
            .GetAwaiter().GetResult();
    }

    protected virtual void Dispose(bool disposing)
    {
        if (disposing && !_disposed)
        {
            _disposed = true;
            try
            {
                AfterAll();
            }
            finally
            {
                EndImplicitSender();
            }
        }
    }
}
