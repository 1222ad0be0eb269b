using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;

namespace AkkaSamples;

public class MemoryLogger : ReceiveActor
{
    public static readonly ConcurrentQueue<LogEvent> Events = new();
    public static readonly TaskCompletionSource Failed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public MemoryLogger()
    {
        Receive<InitializeLogger>(_ => Sender.Tell(new LoggerInitialized()));
        Receive<Debug>(e => Events.Enqueue(e));
        Receive<Info>(e => Events.Enqueue(e));
        Receive<Warning>(e => Events.Enqueue(e));
        Receive<Error>(e =>
        {
            Events.Enqueue(e);
            if (e.LogClass == typeof(TalkativeActor))
            {
                Failed.TrySetResult();
            }
        });
    }
}

public class TalkativeActor : ReceiveActor
{
    private readonly ILoggingAdapter _log = Context.GetLogger();

    public TalkativeActor()
    {
        Receive<int>(n =>
        {
            _log.Debug("got {0}", n);
            _log.Info("{0} is {1}", n, n % 2 == 0 ? "even" : "odd");
            Sender.Tell(n);
        });
        Receive<string>(text =>
        {
            _log.Error(new InvalidOperationException(text), "cannot handle {0} of {1}", text, Sender.Path.Name);
            Sender.Tell(text);
        });
    }
}

public class CustomLoggerSpec
{
    [Fact]
    public async Task A_logger_of_the_configuration_gets_the_events_of_its_level_and_above()
    {
        var config = ConfigurationFactory.ParseString($$"""
            akka {
              loglevel = INFO
              stdout-loglevel = OFF
              loggers = ["{{typeof(MemoryLogger).AssemblyQualifiedName}}"]
            }
            """);
        var system = ActorSystem.Create("logging", config);
        var actor = system.ActorOf<TalkativeActor>("talkative");

        await actor.Ask<int>(4, TimeSpan.FromSeconds(3));
        await actor.Ask<string>("oops", TimeSpan.FromSeconds(3));
        await MemoryLogger.Failed.Task.WaitAsync(TimeSpan.FromSeconds(3));    // the logger is told before the answer, and may read it after
        await system.Terminate();

        var events = MemoryLogger.Events.Where(e => e.LogSource.EndsWith("/user/talkative", StringComparison.Ordinal)).ToList();
        Assert.DoesNotContain(events, e => e is Debug);
        Assert.Contains(events, e => e is Info && e.Message.ToString() == "4 is even");
        var error = Assert.Single(events.OfType<Error>());
        Assert.IsType<InvalidOperationException>(error.Cause);
        Assert.StartsWith("cannot handle oops of", error.Message.ToString());
        Assert.Equal(typeof(TalkativeActor), error.LogClass);
    }
}
