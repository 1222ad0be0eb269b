using System.Threading.Channels;
using ActorBroker.Messages.Sessions;
using Akka.Actor;

namespace ActorBroker.Client.Tests.Producing;

public sealed class ProducerActorTests
{
    [Fact]
    public async Task Every_record_is_answered_with_where_it_is_and_what_the_sender_said()
    {
        using var broker = new FakeProducerBroker();
        var (sender, answers) = Asker(broker);
        var producer = broker.System.ActorOf(ProducerActor.Props<string, string>());

        for (var i = 0; i < 100; i++)
        {
            producer.Tell(new Produce<string, string>(new("t", "k", ProducerNode.Name(i)), i), sender);
        }

        for (var i = 0; i < 100; i++)
        {
            var produced = Assert.IsType<Produced>(await Next(answers));
            Assert.Equal((i, (long)i), (Assert.IsType<int>(produced.Correlation), produced.Metadata.Offset.Value));
        }
    }

    [Fact]
    public async Task Above_its_limit_it_refuses_at_once()
    {
        using var broker = new FakeProducerBroker("actor-max-pending = 3, close-timeout = 0s");
        broker.React = _ => Reaction.Stall;
        var (sender, answers) = Asker(broker);
        var producer = broker.System.ActorOf(ProducerActor.Props<string, string>());

        for (var i = 0; i < 4; i++)
        {
            producer.Tell(new Produce<string, string>(new("t", "k", "v"), i), sender);
        }

        var failed = Assert.IsType<ProduceFailed>(await Next(answers));
        Assert.Equal((3, SessionError.Overloaded, true), (Assert.IsType<int>(failed.Correlation), failed.Error, failed.IsRetriable));
    }

    [Fact]
    public async Task When_it_stops_what_it_has_taken_is_written_and_answered()
    {
        using var broker = new FakeProducerBroker("linger = 1h");
        var (sender, answers) = Asker(broker);
        var producer = broker.System.ActorOf(ProducerActor.Props<string, string>());
        for (var i = 0; i < 10; i++)
        {
            producer.Tell(new Produce<string, string>(new("t", "k", "v"), i), sender);
        }

        producer.Tell(PoisonPill.Instance);

        for (var i = 0; i < 10; i++)
        {
            Assert.IsType<Produced>(await Next(answers));
        }
    }

    [Fact]
    public async Task A_refusal_is_told_with_its_reason()
    {
        using var broker = new FakeProducerBroker();
        broker.React = _ => Reaction.Invalid;
        var (sender, answers) = Asker(broker);
        var producer = broker.System.ActorOf(ProducerActor.Props<string, string>());

        producer.Tell(new Produce<string, string>(new("t", "k", "v"), "x"), sender);
        producer.Tell(new Produce<string, string>(new("", "k", "v"), "y"), sender);

        var failures = new[] { Assert.IsType<ProduceFailed>(await Next(answers)), Assert.IsType<ProduceFailed>(await Next(answers)) };
        Assert.Equal(SessionError.InvalidBatch, failures.Single(failed => Equals(failed.Correlation, "x")).Error);
        Assert.All(failures, failed => Assert.False(failed.IsRetriable));
    }

    private static Task<object> Next(ChannelReader<object> answers) => answers.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(60));

    private static (IActorRef, ChannelReader<object>) Asker(FakeProducerBroker broker)
    {
        var answers = Channel.CreateUnbounded<object>();
        return (broker.System.ActorOf(Props.Create(() => new AskerActor(answers.Writer))), answers.Reader);
    }

    private sealed class AskerActor(ChannelWriter<object> answers) : UntypedActor
    {
        protected override void OnReceive(object message) => answers.TryWrite(message);
    }
}
