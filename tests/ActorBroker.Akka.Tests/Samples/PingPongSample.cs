using Akka.Actor;
using Akka.TestKit.Xunit2;

namespace AkkaSamples;

public sealed record Ping(int Count);

public sealed record Pong(int Count);

public class PingActor : ReceiveActor
{
    private readonly IActorRef _ponger;
    private readonly int _rounds;
    private IActorRef _starter = ActorRefs.Nobody;

    public PingActor(IActorRef ponger, int rounds)
    {
        _ponger = ponger;
        _rounds = rounds;

        Receive<string>(s => s == "start", _ =>
        {
            _starter = Sender;
            _ponger.Tell(new Ping(1));
        });
        Receive<Pong>(pong =>
        {
            if (pong.Count == _rounds)
            {
                _starter.Tell("done");
            }
            else
            {
                _ponger.Tell(new Ping(pong.Count + 1));
            }
        });
    }
}

public class PongActor : UntypedActor
{
    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Ping ping:
                Sender.Tell(new Pong(ping.Count));
                break;
            default:
                Unhandled(message);
                break;
        }
    }
}

public class PingPongSpec : TestKit
{
    [Fact]
    public void Ping_and_pong_go_back_and_forth()
    {
        var pong = Sys.ActorOf<PongActor>("pong");
        var ping = Sys.ActorOf(Props.Create(() => new PingActor(pong, 100)), "ping");

        ping.Tell("start");

        ExpectMsg("done");
        Assert.Equal(ping, LastSender);
    }

    [Fact]
    public void A_test_is_the_sender_of_what_it_tells()
    {
        var pong = Sys.ActorOf(Props.Create<PongActor>());

        pong.Tell(new Ping(7));

        Assert.Equal(7, ExpectMsg<Pong>().Count);
    }

    [Fact]
    public async Task A_test_is_the_sender_after_an_await_as_well()
    {
        var pong = Sys.ActorOf(Props.Create<PongActor>());
        await Task.Yield();

        pong.Tell(new Ping(8));

        Assert.Equal(8, (await ExpectMsgAsync<Pong>()).Count);
    }

    [Fact]
    public void What_an_actor_does_not_understand_is_published_as_unhandled()
    {
        var pong = Sys.ActorOf(Props.Create(() => new PongActor()), "pong");
        Sys.EventStream.Subscribe(TestActor, typeof(Akka.Event.UnhandledMessage));

        pong.Tell(42);

        Assert.Equal(42, ExpectMsg<Akka.Event.UnhandledMessage>().Message);
    }
}

public static class PongActorProps
{
    public static Props Logging => Props.Create(() => new EchoLogActor());

    private sealed class EchoLogActor : ReceiveActor
    {
        public EchoLogActor()
        {
            var log = Akka.Event.Logging.GetLogger(Context.System, Self);
            Receive<string>(text => Akka.Event.LoggingExtensions.Info(log, text));
        }
    }
}
