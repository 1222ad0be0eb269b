using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Akka.Configuration;

namespace ActorBroker.Benchmarks.Remote;

/// <summary>The other process: an echo, a counter and a bare socket loop. Ends when its standard input does.</summary>
internal static class RemotePeer
{
    public const string Hocon = """
        akka {
          actor.provider = remote
          loglevel = WARNING
          remote.dot-netty.tcp { hostname = "127.0.0.1", port = 0, maximum-frame-size = 8m }
        }
        """;

    public static async Task<int> RunAsync()
    {
        using var system = ActorSystem.Create("peer", ConfigurationFactory.ParseString(Hocon));
        system.ActorOf(Props.Create(() => new EchoActor()), "echo");
        system.ActorOf(Props.Create(() => new CounterActor()), "counter");
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        _ = ServeAsync(listener);
        var address = ((ExtendedActorSystem)system).Provider.DefaultAddress;
        Console.WriteLine($"{address} {((IPEndPoint)listener.LocalEndpoint).Port}");
        await Console.In.ReadToEndAsync();
        await system.Terminate();
        return 0;
    }

    /// <summary>Bare TCP: a first byte says what to do with the rest: 0 send back, 1 count and answer a byte for each 64 MiB.</summary>
    private static async Task ServeAsync(TcpListener listener)
    {
        while (true)
        {
            var socket = await listener.AcceptSocketAsync();
            socket.NoDelay = true;
            var thread = new Thread(() => Serve(socket)) { IsBackground = true };
            thread.Start();
        }
    }

    private static void Serve(Socket socket)
    {
        var buffer = new byte[1 << 20];
        socket.Receive(buffer, 0, 1, SocketFlags.None);
        var isSink = buffer[0] == 1;
        long total = 0;
        while (socket.Receive(buffer) is > 0 and var read)
        {
            total += read;
            if (!isSink)
            {
                socket.Send(buffer, 0, read, SocketFlags.None);
            }
            else if (total >= BareTcp.AnswerEvery)
            {
                total -= BareTcp.AnswerEvery;
                socket.Send(buffer, 0, 1, SocketFlags.None);
            }
        }
    }
}

internal sealed class EchoActor : UntypedActor
{
    protected override void OnReceive(object message) => Sender.Tell(message, Self);
}

/// <summary>Answers every so many messages, so that the sender has a window.</summary>
internal sealed class CounterActor : UntypedActor
{
    public const int AnswerEvery = 64;
    private int _count;
    private int _every = AnswerEvery;

    protected override void OnReceive(object message)
    {
        if (message is int every)
        {
            _every = every;
            _count = 0;
            Sender.Tell("ready", Self);
        }
        else if (++_count == _every)
        {
            _count = 0;
            Sender.Tell("more", Self);
        }
    }
}
