using Akka.Actor;
using Akka.Event;
using Xunit.Abstractions;

namespace Akka.TestKit.Xunit2.Internals;

/// <summary>Writes log events to the output of a test.</summary>
public class TestOutputLogger : ReceiveActor
{
    private readonly ITestOutputHelper _output;
    private readonly string _prefix;

    public TestOutputLogger(ITestOutputHelper output)
        : this(output, "")
    {
    }

    public TestOutputLogger(ITestOutputHelper output, string prefix)
    {
        _output = output;
        _prefix = prefix;
        Receive<InitializeLogger>(initialize =>
        {
            initialize.LoggingBus.Subscribe(Self, typeof(LogEvent));
            Sender.Tell(new LoggerInitialized());
        });
        Receive<LogEvent>(Write);
    }

    private void Write(LogEvent logEvent)
    {
        try
        {
            _output.WriteLine(_prefix + logEvent);
        }
        catch (InvalidOperationException)
        {
            Context.Stop(Self);   // the test has ended, its output is closed; a line that comes later is nobody's
        }
    }
}
