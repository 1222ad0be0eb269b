using Akka.Actor;
using Akka.Event;

namespace ActorBroker.Akka.Tests.Actor;

public sealed class AskTests : ActorSystemTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task The_answer_is_the_result() =>
        Assert.Equal("hello", await Echo().Ask<string>("hello", Long));

    [Fact]
    public async Task Without_a_timeout_it_waits_as_long_as_it_takes() =>
        Assert.Equal("hello", await Echo().Ask("hello"));

    [Fact]
    public async Task No_answer_in_time_is_a_timeout()
    {
        var silent = NewProbe();
        await Assert.ThrowsAsync<AskTimeoutException>(() => silent.Ref.Ask<string>("hello", TimeSpan.FromMilliseconds(20)));
    }

    [Fact]
    public async Task Timeouts_of_different_lengths_do_not_wait_for_each_other()
    {
        var silent = NewProbe();
        var slow = silent.Ref.Ask<string>("slow", Long);
        var quick = Enumerable.Range(0, 20).Select(i => silent.Ref.Ask<string>(i, TimeSpan.FromMilliseconds(10 + i))).ToArray();

        foreach (var one in quick)
        {
            await Assert.ThrowsAsync<AskTimeoutException>(() => one);
        }

        Assert.False(slow.IsCompleted);
    }

    [Fact]
    public async Task A_failure_fails_the_task()
    {
        var echo = Echo();
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(
            () => echo.Ask<string>(new Status.Failure(new InvalidOperationException("no")), Long));
        Assert.Equal("no", failure.Message);
    }

    [Fact]
    public async Task An_answer_of_another_type_fails_the_task()
    {
        var echo = Echo();
        await Assert.ThrowsAsync<ArgumentException>(() => echo.Ask<int>("text", Long));
    }

    [Fact]
    public async Task Cancelling_gives_up()
    {
        var silent = NewProbe();
        using var cancellation = new CancellationTokenSource();
        var pending = silent.Ref.Ask<string>("hello", Long, cancellation.Token);
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pending);
    }

    [Fact]
    public async Task The_message_can_carry_the_reference_that_waits()
    {
        var echo = System.ActorOf(Props.Create(() => new Replying()));

        Assert.Equal("to you", await echo.Ask<string>(waiting => new ReplyTo(waiting), Long, CancellationToken.None));
    }

    [Fact]
    public async Task An_answer_that_nobody_waits_for_is_a_dead_letter()
    {
        var probe = NewProbe();
        System.EventStream.Subscribe(probe.Ref, typeof(DeadLetter));
        var late = NewProbe();
        await Assert.ThrowsAsync<AskTimeoutException>(() => late.Ref.Ask<string>("hello", TimeSpan.FromMilliseconds(10)));
        late.Expect("hello");

        late.LastSender.Tell("too late");

        Assert.Equal("too late", probe.Expect<DeadLetter>().Message);
    }

    [Fact]
    public async Task The_reference_that_waits_can_be_found_by_its_path()
    {
        var probe = NewProbe();
        var pending = probe.Ref.Ask<string>("hello", Long);
        probe.Expect("hello");
        var path = probe.LastSender.Path;
        Assert.StartsWith("/temp/", path.ToStringWithoutAddress(), StringComparison.Ordinal);

        System.ActorSelection(path).Tell("by path");

        Assert.Equal("by path", await pending);
    }

    [Fact]
    public async Task A_selection_can_be_asked()
    {
        System.ActorOf(Props.Create(() => new Echoing()), "echo");
        Assert.Equal("hello", await System.ActorSelection("/user/echo").Ask<string>("hello", Long));
    }

    [Fact]
    public async Task A_result_can_be_piped_to_an_actor()
    {
        var probe = NewProbe();
        await Task.FromResult("done").PipeTo(probe.Ref);
        probe.Expect("done");
        await Task.FromResult(41).PipeTo(probe.Ref, success: number => number + 1);
        probe.Expect(42);
        await Task.FromException<int>(new InvalidOperationException("no")).PipeTo(probe.Ref);
        Assert.IsType<InvalidOperationException>(probe.Expect<Status.Failure>().Cause);
        await Task.FromException(new InvalidOperationException("no")).PipeTo(probe.Ref, failure: failure => failure.Message);
        probe.Expect("no");
        await Task.CompletedTask.PipeTo(probe.Ref, success: () => "nothing to tell");
        probe.Expect("nothing to tell");
        await new ValueTask<int>(7).PipeTo(probe.Ref, sender: probe.Ref);
        probe.Expect(7);
        Assert.Equal(probe.Ref, probe.LastSender);
    }

    private IActorRef Echo() => System.ActorOf(Props.Create(() => new Echoing()));

    private sealed record ReplyTo(IActorRef Whom);

    private sealed class Echoing : ReceiveActor
    {
        public Echoing() => ReceiveAny(message => Sender.Tell(message));
    }

    private sealed class Replying : ReceiveActor
    {
        public Replying() => Receive<ReplyTo>(message => message.Whom.Tell("to you"));
    }
}
