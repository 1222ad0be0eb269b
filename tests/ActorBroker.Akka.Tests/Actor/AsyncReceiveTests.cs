using Akka.Actor;

namespace ActorBroker.Akka.Tests.Actor;

public sealed class AsyncReceiveTests : ActorSystemTests
{
    [Fact]
    public void No_other_message_is_handled_while_a_handler_awaits()
    {
        var probe = NewProbe();
        var step = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var actor = System.ActorOf(Props.Create(() => new Awaiting(probe.Ref, step.Task)));
        actor.Tell("await");
        probe.Expect("before");
        actor.Tell("next");
        step.SetResult();

        probe.ExpectAll("after", "next");
    }

    [Fact]
    public void After_an_await_the_code_is_still_the_actors()
    {
        var probe = NewProbe();
        var actor = System.ActorOf(Props.Create(() => new ContextKeeping()));
        for (var i = 0; i < 100; i++)
        {
            actor.Tell(i, probe.Ref);
        }

        for (var i = 0; i < 100; i++)
        {
            probe.Expect(i);
            Assert.Equal(actor, probe.LastSender);
        }
    }

    [Fact]
    public void A_failure_after_an_await_goes_to_the_supervisor()
    {
        var probe = NewProbe();
        var actor = System.ActorOf(Props.Create(() => new FailingLater(probe.Ref)));
        actor.Tell("fail");
        actor.Tell("next");

        probe.ExpectAll("PreRestart: later", "next");
    }

    [Fact]
    public void A_failure_before_any_await_does_too()
    {
        var probe = NewProbe();
        var actor = System.ActorOf(Props.Create(() => new FailingLater(probe.Ref)));
        actor.Tell("fail at once");
        actor.Tell("next");

        probe.ExpectAll("PreRestart: at once", "next");
    }

    [Fact]
    public void System_messages_are_handled_while_a_handler_awaits()
    {
        var probe = NewProbe();
        var never = new TaskCompletionSource();
        var actor = System.ActorOf(Props.Create(() => new Awaiting(probe.Ref, never.Task)));
        probe.Watch(actor);
        probe.Sync();
        actor.Tell("await");
        probe.Expect("before");

        System.Stop(actor);

        probe.Expect<Terminated>();
    }

    [Fact]
    public void Async_void_handlers_are_refused()
    {
        var probe = NewProbe();
        System.ActorOf(Props.Create(() => new AsyncVoid(probe.Ref)));

        probe.Expect<ArgumentException>();
    }

    private sealed class Awaiting : ReceiveActor
    {
        public Awaiting(IActorRef report, Task step)
        {
            ReceiveAsync<string>(text => text == "await", async _ =>
            {
                report.Tell("before");
                await step;
                report.Tell("after");
            });
            ReceiveAny(report.Tell);
        }
    }

    private sealed class ContextKeeping : ReceiveActor
    {
        private int _handling;

        public ContextKeeping() => ReceiveAsync<int>(async number =>
        {
            Assert.Equal(1, ++_handling);
            await Task.Yield();
            await Task.WhenAll(Task.CompletedTask, Task.Factory.StartNew(() => { }, default, TaskCreationOptions.None, TaskScheduler.Default));
            Assert.Equal(0, --_handling);
            Sender.Tell(number);
        });
    }

    private sealed class FailingLater : ReceiveActor
    {
        private readonly IActorRef _report;

        public FailingLater(IActorRef report)
        {
            _report = report;
            ReceiveAsync<string>(text => text == "fail", async _ =>
            {
                await Task.Yield();
                throw new InvalidOperationException("later");
            });
            ReceiveAsync<string>(text => text == "fail at once", _ => throw new InvalidOperationException("at once"));
            ReceiveAnyAsync(message =>
            {
                report.Tell(message);
                return Task.CompletedTask;
            });
        }

        protected override void PreRestart(Exception reason, object message) => _report.Tell("PreRestart: " + reason.Message);
    }

    private sealed class AsyncVoid : ReceiveActor
    {
        public AsyncVoid(IActorRef report) => report.Tell(Record.Exception(() => Receive<string>(async _ => await Task.Yield())));
    }
}
