using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace ActorBroker.Benchmarks.Remote;

/// <summary>The yardstick: blocking sockets, nothing else.</summary>
internal static class BareTcp
{
    public const long AnswerEvery = 64L << 20;

    public static double MegabytesPerSecond(int port, long bytes)
    {
        using var socket = Connect(port, kind: 1);
        var buffer = new byte[1 << 18];
        var watch = Stopwatch.StartNew();
        var answers = 0;
        for (long sent = 0; sent < bytes; sent += buffer.Length)
        {
            socket.Send(buffer);
        }

        for (; answers < bytes / AnswerEvery; answers++)
        {
            socket.Receive(buffer, 0, 1, SocketFlags.None);
        }

        return bytes / 1e6 / watch.Elapsed.TotalSeconds;
    }

    public static Latencies PingPong(int port, int count)
    {
        using var socket = Connect(port, kind: 0);
        var buffer = new byte[64];
        var latencies = new Latencies(count);
        for (var i = 0; i < count; i++)
        {
            var start = Stopwatch.GetTimestamp();
            socket.Send(buffer);
            for (var got = 0; got < buffer.Length;)
            {
                got += socket.Receive(buffer, got, buffer.Length - got, SocketFlags.None);
            }

            latencies.Add(Stopwatch.GetElapsedTime(start));
        }

        return latencies;
    }

    private static Socket Connect(int port, byte kind)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(IPAddress.Loopback, port);
        socket.Send([kind]);
        return socket;
    }
}
