using System.Diagnostics;
using Akka.Actor;
using Akka.Configuration;
using Akka.Remote.Testing;
using Akka.TestKit.Xunit2;

namespace ActorBroker.Akka.Tests.Embedded.Remote;

/// <summary>Faults between two systems of one process, over real sockets.</summary>
public sealed class RemoteFaultsTests : TestKit
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>Long enough for an answer to come, were there one.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromMilliseconds(400);

    private readonly ActorSystem _other = ActorSystem.Create("there", Hocon());

    public RemoteFaultsTests()
        : base(Hocon(), "here") => _other.ActorOf(Props.Create(() => new Echo()), "echo");

    private Address There => ((ExtendedActorSystem)_other).Provider.DefaultAddress;

    private Address Here => ((ExtendedActorSystem)Sys).Provider.DefaultAddress;

    private ActorSelection Partner => Sys.ActorSelection(There + "/user/echo");

    protected override void AfterAll()
    {
        _other.Dispose();
        base.AfterAll();
    }

    [Theory]
    [InlineData(FaultDirection.Send)]
    [InlineData(FaultDirection.Receive)]
    [InlineData(FaultDirection.Both)]
    public async Task What_a_blackhole_takes_is_lost_and_what_comes_after_it_is_not(FaultDirection direction)
    {
        var faults = RemoteFaults.For(Sys);
        Assert.Equal("before", await Partner.Ask<string>("before", Patience));

        faults.Blackhole(There.Host!, There.Port!.Value, direction);
        Partner.Tell(new byte[100_000], TestActor);
        await Assert.ThrowsAsync<AskTimeoutException>(() => Partner.Ask<string>("lost", Silence));
        faults.PassThrough(There.Host!, There.Port!.Value, direction);

        Assert.Equal("after", await Partner.Ask<string>("after", Patience));
        Assert.False(HasMessages);
    }

    [Theory]
    [InlineData(FaultDirection.Send)]
    [InlineData(FaultDirection.Receive)]
    public async Task A_connection_that_is_opened_in_a_blackhole_is_made_when_frames_pass_again(FaultDirection direction)
    {
        var faults = RemoteFaults.For(Sys);
        faults.Blackhole(There.Host!, There.Port!.Value, direction);
        await Assert.ThrowsAsync<AskTimeoutException>(() => Partner.Ask<string>("lost", Silence));

        faults.PassThrough(There.Host!, There.Port!.Value, direction);

        await AwaitAssertAsync(async () => Assert.Equal("found", await Partner.Ask<string>("found", Silence)), Patience);
    }

    [Fact]
    public async Task The_accepting_side_can_drop_who_introduces_himself()
    {
        var faults = RemoteFaults.For(_other);
        faults.Blackhole(Here.Host!, Here.Port!.Value, FaultDirection.Receive);
        await Assert.ThrowsAsync<AskTimeoutException>(() => Partner.Ask<string>("lost", Silence));

        faults.PassThrough(Here.Host!, Here.Port!.Value, FaultDirection.Receive);

        await AwaitAssertAsync(async () => Assert.Equal("found", await Partner.Ask<string>("found", Silence)), Patience);
    }

    [Fact]
    public async Task A_watched_actor_s_end_arrives_after_the_blackhole()
    {
        var echo = await Partner.ResolveOne(Patience);
        Watch(echo);
        Assert.Equal("before", await echo.Ask<string>("before", Patience));

        RemoteFaults.For(Sys).Blackhole(There.Host!, There.Port!.Value, FaultDirection.Receive);
        _other.Stop(await _other.ActorSelection("/user/echo").ResolveOne(Patience));
        ExpectNoMsg(Silence);
        RemoteFaults.For(Sys).PassThrough(There.Host!, There.Port!.Value, FaultDirection.Receive);

        ExpectTerminated(echo, Patience);
    }

    [Fact]
    public async Task The_end_of_a_system_is_not_seen_through_a_blackhole()
    {
        var echo = await Partner.ResolveOne(Patience);
        Watch(echo);
        Assert.Equal("before", await echo.Ask<string>("before", Patience));
        var ended = CreateTestProbe();
        Sys.EventStream.Subscribe(ended.Ref, typeof(global::Akka.Remote.DisassociatedEvent));

        RemoteFaults.For(Sys).Blackhole(There.Host!, There.Port!.Value, FaultDirection.Both);
        await _other.Terminate();

        ended.ExpectNoMsg(Silence);
        RemoteFaults.For(Sys).PassThrough(There.Host!, There.Port!.Value, FaultDirection.Both);
        ended.ExpectMsg<global::Akka.Remote.DisassociatedEvent>(Patience);
    }

    [Theory]
    [InlineData(FaultDirection.Send)]
    [InlineData(FaultDirection.Receive)]
    public async Task A_delay_makes_answers_late_until_frames_pass_again(FaultDirection direction)
    {
        var delay = TimeSpan.FromMilliseconds(300);
        Assert.Equal("before", await Partner.Ask<string>("before", Patience));

        RemoteFaults.For(Sys).Delay(There.Host!, There.Port!.Value, direction, delay);
        var began = Stopwatch.GetTimestamp();
        Assert.Equal("late", await Partner.Ask<string>("late", Patience));
        Assert.InRange(Stopwatch.GetElapsedTime(began), delay * 0.95, Patience);   // timers count in milliseconds

        RemoteFaults.For(Sys).PassThrough(There.Host!, There.Port!.Value, direction);
        Assert.Equal("after", await Partner.Ask<string>("after", Patience));
    }

    [Fact]
    public void A_system_without_the_setting_takes_no_faults()
    {
        using var plain = ActorSystem.Create("plain", ConfigurationFactory.ParseString("akka.remote.testing.faults = off").WithFallback(Hocon()));

        var refused = Assert.Throws<InvalidOperationException>(() => RemoteFaults.For(plain));

        Assert.Contains("akka.remote.testing.faults", refused.Message, StringComparison.Ordinal);
    }

    private static Config Hocon() => ConfigurationFactory.ParseString("""
        akka {
          loglevel = OFF
          actor.provider = remote
          coordinated-shutdown.run-by-clr-shutdown-hook = off
          remote {
            testing.faults = on
            dot-netty.tcp { hostname = "127.0.0.1", port = 0 }
          }
        }
        """);

    private sealed class Echo : UntypedActor
    {
        protected override void OnReceive(object message) => Sender.Tell(message, Self);
    }
}
