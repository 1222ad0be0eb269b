using ActorBroker.Akka.Tests.Actor;
using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;

namespace ActorBroker.Akka.Tests.Dispatch;

public sealed class MailboxTests() : ActorSystemTests("""
    small {
      mailbox-type = "Akka.Dispatch.BoundedMailbox, Akka"
      mailbox-capacity = 2
      mailbox-push-timeout-time = 0s
    }
    patient {
      mailbox-type = "Akka.Dispatch.BoundedMailbox, Akka"
      mailbox-capacity = 1
      mailbox-push-timeout-time = 30s
    }
    small-deque {
      mailbox-type = "Akka.Dispatch.BoundedDequeBasedMailbox, Akka"
      mailbox-capacity = 2
      mailbox-push-timeout-time = 0s
    }
    by-size { mailbox-type = "ActorBroker.Akka.Tests.Dispatch.SmallFirst, ActorBroker.Akka.Tests" }
    nonsense { mailbox-type = "Nowhere.ToBeFound" }
    """)
{
    [Fact]
    public void What_does_not_fit_into_a_bounded_mailbox_is_a_dead_letter()
    {
        var probe = NewProbe();
        System.EventStream.Subscribe(probe.Ref, typeof(DeadLetter));
        using var gate = new ManualResetEventSlim();
        var actor = Blocked(gate, probe, "small");
        actor.Tell(1);
        actor.Tell(2);
        actor.Tell(3);

        Assert.Equal(3, probe.Expect<DeadLetter>().Message);
        gate.Set();
        probe.ExpectAll(1, 2);
    }

    [Fact]
    public async Task A_sender_waits_for_room()
    {
        var probe = NewProbe();
        using var gate = new ManualResetEventSlim();
        var actor = Blocked(gate, probe, "patient");
        actor.Tell(1, ActorRefs.NoSender);
        var sending = new TaskCompletionSource();
        var sender = new Thread(() =>
        {
            sending.SetResult();
            for (var i = 2; i < 100; i++)
            {
                actor.Tell(i, ActorRefs.NoSender);
            }
        });
        sender.Start();
        await sending.Task;
        gate.Set();

        probe.ExpectAll([.. Enumerable.Range(1, 99).Cast<object>()]);
        sender.Join();
    }

    [Fact]
    public void Props_can_choose_a_bounded_mailbox_for_a_stash()
    {
        var probe = NewProbe();
        var actor = System.ActorOf(Props.Create(() => new Stashing(probe.Ref)).WithMailbox("small-deque"));
        actor.Tell("message");

        probe.Expect("message");
    }

    [Fact]
    public void A_mailbox_that_cannot_do_what_the_actor_needs_is_refused()
    {
        var probe = NewProbe();
        Assert.Throws<ConfigurationException>(() => System.ActorOf(Props.Create(() => new Stashing(probe.Ref)).WithMailbox("small")));
        Assert.Throws<ConfigurationException>(() => System.ActorOf(Props.Create(() => new Stashing(probe.Ref)).WithMailbox("nonsense")));
        Assert.Throws<ConfigurationException>(() => System.ActorOf(Props.Create(() => new Stashing(probe.Ref)).WithMailbox("absent")));
    }

    [Fact]
    public void A_priority_mailbox_serves_the_most_urgent_first()
    {
        var probe = NewProbe();
        using var gate = new ManualResetEventSlim();
        var actor = Blocked(gate, probe, "by-size");
        foreach (var number in new[] { 5, 3, 9, 1, 3 })
        {
            actor.Tell(number);
        }

        gate.Set();
        probe.ExpectAll(1, 3, 3, 5, 9);
    }

    private IActorRef Blocked(ManualResetEventSlim gate, Probe probe, string mailbox)
    {
        var actor = System.ActorOf(Props.Create(() => new Gated(gate, probe.Ref)).WithMailbox(mailbox));
        actor.Tell("block");
        probe.Expect("blocking");
        return actor;
    }

    private sealed class Gated(ManualResetEventSlim gate, IActorRef report) : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            if (message is string)
            {
                report.Tell("blocking");
                gate.Wait();
            }
            else
            {
                report.Tell(message);
            }
        }
    }

    private sealed class Stashing : ReceiveActor, IWithStash
    {
        public Stashing(IActorRef report) => ReceiveAny(_ =>
        {
            Stash.Stash();
            Become(() => ReceiveAny(report.Tell));
            Stash.UnstashAll();
        });

        public IStash Stash { get; set; } = null!;
    }
}

public sealed class SmallFirst(Settings settings, Config config) : UnboundedPriorityMailbox(settings, config)
{
    protected override int PriorityGenerator(object message) => message as int? ?? 0;
}
