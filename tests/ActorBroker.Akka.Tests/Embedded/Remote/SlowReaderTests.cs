using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Akka.Remote.Wire;
using Akka.TestKit.Xunit2;

namespace ActorBroker.Akka.Tests.Embedded.Remote;

/// <summary>The other side of a connection reads later than heartbeats are due.</summary>
public sealed class SlowReaderTests() : TestKit(Hocon, "here")
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>Heartbeats are looked after twice a second; this is long enough for more than one.</summary>
    private static readonly TimeSpan SeveralHeartbeats = TimeSpan.FromMilliseconds(1300);

    private const string Hocon = """
        akka {
          loglevel = OFF
          actor.provider = remote
          coordinated-shutdown.run-by-clr-shutdown-hook = off
          remote {
            transport-failure-detector.heartbeat-interval = 1ms
            dot-netty.tcp { hostname = "127.0.0.1", port = 0, maximum-frame-size = 64m, send-buffer-size = 16k }
          }
        }
        """;

    [Fact]
    public async Task No_heartbeat_comes_within_a_large_frame()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var address = new Address("akka.tcp", "slow", "127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port);
        var target = ((ExtendedActorSystem)Sys).Provider.ResolveActorRef(address + "/user/somebody");
        target.Tell(new byte[8_000_000]);
        target.Tell("end");
        using var tcp = await listener.AcceptTcpClientAsync().WaitAsync(Patience);
        var stream = tcp.GetStream();
        await ReadFrameAsync(stream);
        await stream.WriteAsync(ControlFrames.Encode(ControlCommand.Associate, new Handshake(address, 42, "")));

        Sys.Scheduler.ScheduleTellOnce(SeveralHeartbeats, TestActor, "now", ActorRefs.NoSender);
        ExpectMsg("now", Patience);

        var large = await ReadFrameAsync(stream);
        while (large.Length < 1000)
        {
            large = await ReadFrameAsync(stream);   // heartbeats before the message
        }

        Assert.Equal(-1, large.AsSpan(large.Length - 1000).IndexOf(ControlFrames.Heartbeat));
        var frame = large;
        while (frame.AsSpan().IndexOf("end"u8) < 0)
        {
            frame = await ReadFrameAsync(stream);
            Assert.InRange(frame.Length, 1, 1000);
        }
    }

    private static async Task<byte[]> ReadFrameAsync(NetworkStream stream)
    {
        using var patience = new CancellationTokenSource(Patience);
        var length = new byte[ControlFrames.LengthBytes];
        await stream.ReadExactlyAsync(length, patience.Token);
        var frame = new byte[BinaryPrimitives.ReadInt32LittleEndian(length)];
        await stream.ReadExactlyAsync(frame, patience.Token);
        return frame;
    }
}
