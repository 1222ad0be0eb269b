using Akka.Actor;
using Akka.TestKit.Xunit2;

namespace AkkaSamples;

public sealed record Job(int Number);

public sealed record Outcome(int Number, int Square);

public class SquareWorker : ReceiveActor
{
    public SquareWorker() => Receive<Job>(job => Sender.Tell(new Outcome(job.Number, job.Number * job.Number)));
}

/// <summary>Hands jobs to its workers in turn, gathers the outcomes, answers with their sum.</summary>
public class Gatherer : ReceiveActor
{
    public sealed record SumOfSquares(int From, int To);

    private readonly IActorRef[] _workers;

    public Gatherer(int workers)
    {
        _workers = Enumerable.Range(0, workers)
            .Select(i => Context.ActorOf(Props.Create<SquareWorker>(), $"worker-{i}"))
            .ToArray();
        Idle();
    }

    private void Idle() => Receive<SumOfSquares>(request =>
    {
        var count = request.To - request.From + 1;
        for (var i = 0; i < count; i++)
        {
            _workers[i % _workers.Length].Tell(new Job(request.From + i));
        }

        Become(() => Gathering(Sender, count));
    });

    private void Gathering(IActorRef asker, int open)
    {
        var sum = 0;
        Receive<Outcome>(outcome =>
        {
            sum += outcome.Square;
            if (--open == 0)
            {
                asker.Tell(sum);
                Become(Idle);
            }
        });
    }
}

/// <summary>One child a key, started when its first message comes, forgotten when it stops.</summary>
public class KeyedParent : UntypedActor
{
    public sealed record Keyed(string Key, object Message);

    private readonly Props _childProps;

    public KeyedParent(Props childProps) => _childProps = childProps;

    public static Props Props(Props childProps) => Akka.Actor.Props.Create(() => new KeyedParent(childProps));

    protected override void OnReceive(object message)
    {
        if (message is not Keyed keyed)
        {
            Unhandled(message);
            return;
        }

        var child = Context.Child(keyed.Key);
        if (child.Equals(ActorRefs.Nobody))
        {
            child = Context.ActorOf(_childProps, keyed.Key);
        }

        child.Forward(keyed.Message);
    }
}

public class ScatterGatherSpec : TestKit
{
    [Fact]
    public async Task The_outcomes_of_all_workers_are_summed()
    {
        var gatherer = Sys.ActorOf(Props.Create(() => new Gatherer(4)), "gatherer");

        var sum = await gatherer.Ask<int>(new Gatherer.SumOfSquares(1, 100), TimeSpan.FromSeconds(3));

        Assert.Equal(338350, sum);
    }

    [Fact]
    public void Children_are_made_on_demand_and_keep_their_state()
    {
        var parent = Sys.ActorOf(KeyedParent.Props(Props.Create<FlakyActor>()), "parent");
        parent.Tell(new KeyedParent.Keyed("a", 1));
        parent.Tell(new KeyedParent.Keyed("b", 2));

        parent.Tell(new KeyedParent.Keyed("a", "get"));
        ExpectMsg(1);
        parent.Tell(new KeyedParent.Keyed("b", "get"));
        ExpectMsg(2);
        Assert.Equal("b", LastSender.Path.Name);
        Assert.Equal("/user/parent/b", LastSender.Path.ToStringWithoutAddress());
    }

    [Fact]
    public async Task A_selection_reaches_actors_by_path_and_wildcard()
    {
        var parent = Sys.ActorOf(KeyedParent.Props(Props.Create<SquareWorker>()), "parent");
        parent.Tell(new KeyedParent.Keyed("a", new Job(2)));
        parent.Tell(new KeyedParent.Keyed("b", new Job(3)));
        ExpectMsgAllOf([new Outcome(2, 4), new Outcome(3, 9)]);

        Sys.ActorSelection("/user/parent/a").Tell(new Job(5));
        ExpectMsg(new Outcome(5, 25));
        Sys.ActorSelection("/user/parent/*").Tell(new Job(6));
        ReceiveN(2);
        var resolved = await Sys.ActorSelection("/user/parent/b").ResolveOne(TimeSpan.FromSeconds(3));
        Assert.Equal("b", resolved.Path.Name);
        await Assert.ThrowsAsync<ActorNotFoundException>(
            () => Sys.ActorSelection("/user/nobody").ResolveOne(TimeSpan.FromMilliseconds(200)));
    }
}
