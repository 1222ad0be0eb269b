using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using Akka.TestKit;
using Akka.TestKit.TestActors;
using Akka.TestKit.Xunit2;

namespace AkkaSpecs;

public sealed class SystemLogTests : TestKit
{
    private static readonly Config Quiet = ConfigurationFactory.ParseString(
        "akka { loggers = [], loglevel = DEBUG, stdout-loglevel = OFF, log-dead-letters = off }");

    [Fact]
    public async Task Dead_letters_are_logged_up_to_their_number()
    {
        var system = ActorSystem.Create("letters", Settings("akka.log-dead-letters = 2"));
        var log = LogOf<Info>(system);
        var gone = await Stopped(system);

        for (var i = 0; i < 3; i++)
        {
            gone.Tell("hello", TestActor);
        }

        log.ExpectMsg<Info>(e => e.Message.ToString()!.Contains("[1] dead letters", StringComparison.Ordinal));
        log.ExpectMsg<Info>(e => e.Message.ToString()!.Contains("no more dead letters", StringComparison.Ordinal));
        log.ExpectNoMsg(30);
        await system.Terminate();
    }

    [Fact]
    public async Task Suppressed_dead_letters_are_not_logged()
    {
        var system = ActorSystem.Create("letters", Settings("akka.log-dead-letters = on"));
        var log = LogOf<Info>(system);
        var gone = await Stopped(system);

        gone.Tell(new Suppressed(), TestActor);
        gone.Tell("heard", TestActor);

        log.ExpectMsg<Info>(e => e.Message.ToString()!.Contains("[String]", StringComparison.Ordinal));
        log.ExpectNoMsg(30);
        await system.Terminate();
    }

    [Fact]
    public async Task Subscriptions_are_logged_when_the_event_stream_is_debugged()
    {
        var system = ActorSystem.Create("stream", Settings("akka.actor.debug.event-stream = on"));
        var log = LogOf<Debug>(system);

        system.EventStream.Subscribe(TestActor, typeof(string));

        log.FishForMessage<Debug>(e => e.Message.ToString()!.StartsWith("subscribing", StringComparison.Ordinal)
            && e.Message.ToString()!.Contains("System.String", StringComparison.Ordinal));
        await system.Terminate();
    }

    [Fact]
    public async Task A_subscriber_that_stops_is_unsubscribed()
    {
        var subscriber = Sys.ActorOf(BlackHoleActor.Props);
        Sys.EventStream.Subscribe(subscriber, typeof(string));

        await subscriber.GracefulStop(TimeSpan.FromSeconds(3));

        AwaitCondition(() => !Sys.EventStream.Unsubscribe(subscriber), TimeSpan.FromSeconds(5), TimeSpan.FromMilliseconds(5));
    }

    [Fact]
    public async Task Before_and_after_the_loggers_the_configured_console_logs()
    {
        var system = ActorSystem.Create("console", ConfigurationFactory.ParseString(
            $$"""
            akka {
              loggers = []
              stdout-loglevel = DEBUG
              stdout-logger-class = "{{typeof(MemoryConsole).AssemblyQualifiedName}}"
            }
            """));
        system.Log.Info("while it runs");
        await system.Terminate();

        Assert.DoesNotContain(MemoryConsole.Lines, line => line.Contains("while it runs", StringComparison.Ordinal));
        Assert.Contains(MemoryConsole.Lines, line => line.Contains("Shutting down", StringComparison.Ordinal));
    }

    private static Config Settings(string own) => ConfigurationFactory.ParseString(own).WithFallback(Quiet);

    private TestProbe LogOf<TEvent>(ActorSystem system)
        where TEvent : LogEvent
    {
        var probe = CreateTestProbe();
        system.EventStream.Subscribe(probe, typeof(TEvent));
        return probe;
    }

    private static async Task<IActorRef> Stopped(ActorSystem system)
    {
        var actor = system.ActorOf(BlackHoleActor.Props, "gone");
        await actor.GracefulStop(TimeSpan.FromSeconds(3));
        return actor;
    }

    private sealed class Suppressed : IDeadLetterSuppression;

    private sealed class MemoryConsole : MinimalLogger
    {
        public static readonly ConcurrentQueue<string> Lines = new();

        protected override void Log(object message) => Lines.Enqueue(message.ToString() ?? "");
    }
}
