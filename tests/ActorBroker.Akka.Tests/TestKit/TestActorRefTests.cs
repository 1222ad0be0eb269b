using Akka.Actor;
using Akka.TestKit.Xunit2;

namespace AkkaSpecs;

public sealed class TestActorRefTests : TestKit
{
    [Fact]
    public void A_test_can_look_into_its_actor()
    {
        var actor = ActorOfAsTestActorRef<Counter>("counter");

        actor.Tell(3);
        actor.Tell(4);

        Assert.Equal(7, actor.UnderlyingActor.Sum);
        Assert.Equal("counter", actor.Path.Name);
    }

    [Fact]
    public void It_runs_on_the_thread_that_tells()
    {
        var actor = ActorOfAsTestActorRef(() => new Counter(10));

        actor.Tell(1);

        Assert.Equal(Environment.CurrentManagedThreadId, actor.UnderlyingActor.LastThread);
        Assert.Equal(11, actor.UnderlyingActor.Sum);
    }

    [Fact]
    public void Receive_calls_the_actor_and_throws_what_it_throws()
    {
        var actor = ActorOfAsTestActorRef<Counter>();

        actor.Receive(5);

        Assert.Equal(5, actor.UnderlyingActor.Sum);
        Assert.Throws<InvalidOperationException>(() => actor.Receive("fail"));
    }

    [Fact]
    public void It_can_have_a_supervisor()
    {
        var parent = ActorOfAsTestActorRef<Counter>("parent");

        var child = ActorOfAsTestActorRef<Counter>(Props.Create(() => new Counter(1)), parent, "child");

        Assert.Equal(parent.Path / "child", child.Path);
        Assert.Equal(1, child.UnderlyingActor.Sum);
    }

    private sealed class Counter : ReceiveActor
    {
        public Counter()
            : this(0)
        {
        }

        public Counter(int start)
        {
            Sum = start;
            Receive<int>(n =>
            {
                Sum += n;
                LastThread = Environment.CurrentManagedThreadId;
            });
            Receive<string>(text => throw new InvalidOperationException(text));
        }

        public int Sum { get; private set; }

        public int LastThread { get; private set; }
    }
}
