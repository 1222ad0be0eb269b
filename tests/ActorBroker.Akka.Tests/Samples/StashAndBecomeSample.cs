using Akka.Actor;
using Akka.TestKit.Xunit2;

namespace AkkaSamples;

/// <summary>Queues requests until its connection is open.</summary>
public class ConnectionActor : ReceiveActor, IWithUnboundedStash
{
    public sealed record Write(string Text);

    public sealed record Written(string Text);

    public sealed class Open
    {
        public static readonly Open Instance = new();
    }

    public sealed class Close
    {
        public static readonly Close Instance = new();
    }

    public ConnectionActor() => Closed();

    public IStash Stash { get; set; } = null!;

    private void Closed()
    {
        Receive<Open>(_ =>
        {
            Become(Opened);
            Stash.UnstashAll();
        });
        ReceiveAny(_ => Stash.Stash());
    }

    private void Opened()
    {
        Receive<Write>(write => Sender.Tell(new Written(write.Text)));
        Receive<Close>(_ => Become(Closed));
    }
}

/// <summary>Changes its mood by what it is fed.</summary>
public class MoodActor : ReceiveActor
{
    public MoodActor() => Happy();

    private void Happy()
    {
        Receive<string>(s => s == "snack", _ => Sender.Tell("already happy"));
        Receive<string>(s => s == "rain", _ => BecomeStacked(Sad));
    }

    private void Sad()
    {
        Receive<string>(s => s == "snack", _ =>
        {
            UnbecomeStacked();
            Sender.Tell("better");
        });
        ReceiveAny(_ => Sender.Tell("leave me alone"));
    }
}

public class StashAndBecomeSpec : TestKit
{
    [Fact]
    public void Stashed_messages_come_back_in_order_with_their_senders()
    {
        var connection = Sys.ActorOf(Props.Create<ConnectionActor>());
        var other = CreateTestProbe();
        connection.Tell(new ConnectionActor.Write("a"));
        connection.Tell(new ConnectionActor.Write("b"), other.Ref);
        connection.Tell(new ConnectionActor.Write("c"));
        ExpectNoMsg(TimeSpan.FromMilliseconds(50));

        connection.Tell(ConnectionActor.Open.Instance);

        ExpectMsg(new ConnectionActor.Written("a"));
        ExpectMsg(new ConnectionActor.Written("c"));
        other.ExpectMsg<ConnectionActor.Written>(w => w.Text == "b");
    }

    [Fact]
    public void A_closed_connection_stashes_again()
    {
        var connection = Sys.ActorOf(Props.Create<ConnectionActor>());
        connection.Tell(ConnectionActor.Open.Instance);
        connection.Tell(ConnectionActor.Close.Instance);
        connection.Tell(new ConnectionActor.Write("later"));
        ExpectNoMsg(50);

        connection.Tell(ConnectionActor.Open.Instance);

        ExpectMsg<ConnectionActor.Written>().Text.Equals("later", StringComparison.Ordinal);
    }

    [Fact]
    public void A_stacked_behaviour_returns_to_the_one_below()
    {
        var actor = Sys.ActorOf<MoodActor>();

        actor.Tell("snack");
        ExpectMsg("already happy");
        actor.Tell("rain");
        actor.Tell("hello");
        ExpectMsg("leave me alone");
        actor.Tell("snack");
        ExpectMsg("better");
        actor.Tell("snack");
        ExpectMsg("already happy");
    }
}
