using System.Threading.Channels;
using Akka.Actor;

namespace ActorBroker.Tests.Partitions;

/// <summary>All the answers to one message.</summary>
internal static class Channels
{
    public static ChannelReader<object> Receive(ActorSystem system, IActorRef target, object message)
    {
        var channel = Channel.CreateUnbounded<object>();
        target.Tell(message, system.ActorOf(Props.Create(() => new Receiver(channel.Writer))));
        return channel.Reader;
    }

    private sealed class Receiver : ReceiveActor
    {
        public Receiver(ChannelWriter<object> writer) => ReceiveAny(message => writer.TryWrite(message));
    }
}
