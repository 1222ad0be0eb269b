using Akka.Actor;
using Akka.TestKit.Xunit2;

namespace AkkaSamples;

public sealed record Quote(string Symbol, decimal Price);

public class QuoteActor : ReceiveActor
{
    public QuoteActor(Func<string, Task<decimal>> fetch) =>
        Receive<string>(symbol =>
        {
            fetch(symbol).PipeTo(
                Sender,
                Self,
                success: price => new Quote(symbol, price),
                failure: ex => new Status.Failure(ex));
        });
}

public class AsyncActor : ReceiveActor
{
    private int _running;

    public AsyncActor()
    {
        ReceiveAsync<TaskCompletionSource<int>>(async source =>
        {
            _running++;
            var sender = Sender;
            var result = await source.Task;
            Assert.Equal(1, _running);   // the next message waits
            Assert.Equal(sender, Sender);
            _running--;
            Sender.Tell(result);
        });
        ReceiveAsync<string>(async _ =>
        {
            await Task.Yield();
            throw new InvalidOperationException("after the await");
        });
    }
}

public class AskAndPipeSpec : TestKit
{
    [Fact]
    public async Task Ask_gets_the_reply()
    {
        var actor = Sys.ActorOf<PongActor>();

        var pong = await actor.Ask<Pong>(new Ping(3), TimeSpan.FromSeconds(3));

        Assert.Equal(3, pong.Count);
    }

    [Fact]
    public async Task Ask_of_a_silent_actor_times_out()
    {
        var silent = Sys.ActorOf(Akka.TestKit.TestActors.BlackHoleActor.Props);

        await Assert.ThrowsAsync<AskTimeoutException>(() => silent.Ask<string>("anybody?", TimeSpan.FromMilliseconds(50)));
    }

    [Fact]
    public async Task Ask_can_be_cancelled()
    {
        var silent = Sys.ActorOf(Akka.TestKit.TestActors.BlackHoleActor.Props);
        using var cancel = new CancellationTokenSource();
        var asked = silent.Ask<string>("anybody?", TimeSpan.FromSeconds(30), cancel.Token);

        cancel.Cancel();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
    }

    [Fact]
    public async Task Ask_answered_with_a_failure_throws_it()
    {
        var actor = Sys.ActorOf(Props.Create(() => new QuoteActor(_ => Task.FromException<decimal>(new TimeoutException("exchange")))));

        await Assert.ThrowsAsync<TimeoutException>(() => actor.Ask<Quote>("ACME", TimeSpan.FromSeconds(3)));
    }

    [Fact]
    public void PipeTo_sends_the_result_as_a_message()
    {
        var actor = Sys.ActorOf(Props.Create(() => new QuoteActor(_ => Task.FromResult(17.5m))));

        actor.Tell("ACME");

        ExpectMsg<Quote>(quote =>
        {
            Assert.Equal("ACME", quote.Symbol);
            Assert.Equal(17.5m, quote.Price);
        });
        Assert.Equal(actor, LastSender);
    }

    [Fact]
    public void PipeTo_sends_a_failure_as_a_message()
    {
        var actor = Sys.ActorOf(Props.Create(() => new QuoteActor(_ => Task.FromException<decimal>(new TimeoutException("exchange")))));

        actor.Tell("ACME");

        ExpectMsg<Status.Failure>(failure => failure.Cause is TimeoutException);
    }

    [Fact]
    public void An_async_receive_handles_one_message_at_a_time()
    {
        var actor = Sys.ActorOf<AsyncActor>();
        var first = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        var second = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        actor.Tell(first);
        actor.Tell(second);

        second.SetResult(2);
        ExpectNoMsg(50);
        first.SetResult(1);

        ExpectMsg(1);
        ExpectMsg(2);
    }

    [Fact]
    public void A_failed_async_receive_is_a_failure_of_the_actor()
    {
        var actor = Sys.ActorOf<AsyncActor>();

        EventFilter.Exception<InvalidOperationException>("after the await").ExpectOne(() => actor.Tell("fail"));
    }
}
