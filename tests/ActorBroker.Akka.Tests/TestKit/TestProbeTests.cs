using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.TestActors;
using Akka.TestKit.Xunit2;

namespace AkkaSpecs;

public sealed class TestProbeTests : TestKit
{
    [Fact]
    public void A_probe_stands_in_for_a_partner()
    {
        var probe = CreateTestProbe("partner");

        Ask(probe);
        probe.ExpectMsg("question");
        Assert.Equal(TestActor, probe.Sender);
        probe.Reply("answer");

        ExpectMsg("answer");
        Assert.Equal(probe.Ref, LastSender);
        Assert.Equal("partner", probe.Ref.Path.Name);

        void Ask(IActorRef partner) => partner.Tell("question", TestActor);
    }

    [Fact]
    public void A_probe_forwards_with_the_sender_it_heard()
    {
        var probe = CreateTestProbe();
        var target = CreateTestProbe();
        probe.Tell("payload", TestActor);
        probe.ExpectMsg("payload");

        probe.Forward(target.Ref);
        probe.Forward(target, "other");

        target.ExpectMsgFrom(TestActor, "payload");
        target.ExpectMsgFrom(TestActor, "other");
    }

    [Fact]
    public void A_probe_watches()
    {
        var probe = CreateTestProbe();
        var actor = Sys.ActorOf(BlackHoleActor.Props);
        probe.Watch(actor);

        Sys.Stop(actor);

        probe.ExpectTerminated(actor);
    }

    [Fact]
    public void A_probe_is_watched_and_stopped_like_an_actor()
    {
        var probe = CreateTestProbe();
        Watch(probe);

        Sys.Stop(probe);

        ExpectTerminated(probe);
    }

    [Fact]
    public void A_pilot_answers_until_it_is_done()
    {
        var probe = CreateTestProbe();
        probe.SetAutoPilot(new DelegateAutoPilot((sender, message) =>
        {
            sender.Tell($"got {message}", ActorRefs.NoSender);
            return message is "last" ? AutoPilot.NoAutoPilot : AutoPilot.KeepRunning;
        }));

        probe.Ref.Tell("first");
        probe.Ref.Tell("last");
        probe.Ref.Tell("after");

        ExpectMsg("got first");
        ExpectMsg("got last");
        ExpectNoMsg(20);
        probe.ExpectMsgAllOf(["first", "last", "after"]);
    }

    [Fact]
    public void A_child_of_the_test_actor_is_supervised_as_the_test_says()
    {
        var stopping = ChildActorOf(Props.Create<AkkaSamples.FlakyActor>(), "stopping");
        var restarting = ChildActorOf(
            Props.Create<AkkaSamples.FlakyActor>(), "restarting", new OneForOneStrategy(_ => Directive.Restart));
        Watch(stopping);
        Watch(restarting);

        EventFilter.Exception<InvalidOperationException>().Expect(2, () =>
        {
            stopping.Tell(new InvalidOperationException("stop"));
            restarting.Tell(new InvalidOperationException("restart"));
        });

        ExpectTerminated(stopping);
        restarting.Tell("get");
        ExpectMsg(0);
    }

    [Fact]
    public async Task Latches_and_barriers_end_their_waits()
    {
        var latch = CreateTestLatch(2);
        Assert.Throws<TimeoutException>(() => latch.Ready(TimeSpan.FromMilliseconds(10)));
        latch.CountDown();
        latch.CountDown();
        latch.Ready();
        Assert.True(latch.IsOpen);

        var barrier = CreateTestBarrier(2);
        var other = Task.Run(() => barrier.Await());
        barrier.Await();
        await other.WaitAsync(TimeSpan.FromSeconds(5));
        Assert.Throws<TimeoutException>(() => barrier.Await(TimeSpan.FromMilliseconds(10)));
    }
}
