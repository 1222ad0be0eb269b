using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Akka.Actor;
using Akka.Configuration;
using Akka.Remote.Wire;

namespace ActorBroker.Akka.Tests.Embedded.Remote;

/// <summary>A process on the Akka.NET packages, played from the capture: it gets the same answers as from real Akka.NET.</summary>
public sealed partial class CapturedConversationTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly ActorSystem _system;
    private readonly int _port = FreePort();

    public CapturedConversationTests()
    {
        // The address that the captured frames are for; the port that is listened on is another one.
        _system = ActorSystem.Create("ActorBroker", ConfigurationFactory.ParseString($$"""
            akka {
              loglevel = OFF
              actor.provider = remote
              remote.resend-interval = 300ms
              remote.dot-netty.tcp { hostname = "127.0.0.1", port = {{_port}}, public-hostname = "127.0.0.1", public-port = 45995 }
            }
            """));
        _system.ActorOf(Props.Create(() => new Echo()), "echo");
    }

    public void Dispose() => _system.Dispose();

    [Fact]
    public async Task The_captured_peer_gets_the_captured_answers()
    {
        using var patience = new CancellationTokenSource(Patience);
        using var peer = new TcpClient();
        await peer.ConnectAsync(IPAddress.Loopback, _port, patience.Token);
        var stream = peer.GetStream();
        var frames = CapturedFrame.All;
        for (var at = 0; at < frames.Count;)
        {
            await stream.WriteAsync(frames[at++].Bytes, patience.Token);
            for (; at < frames.Count && !frames[at].IsToNode; at++)
            {
                if (!IsHeartbeat(frames[at].Bytes))
                {
                    Assert.Equal($"{frames[at].Name}: {Shape(frames[at].Bytes)}", $"{frames[at].Name}: {Shape(await NextAsync(stream, patience.Token))}");
                }
            }
        }
    }

    /// <summary>A frame without what differs from run to run: the incarnations of actors, and the system's own number.</summary>
    private static string Shape(ReadOnlySpan<byte> frame)
    {
        var fields = new ProtoSpan(frame[4..]);
        Assert.True(fields.Next());
        if (fields.Field == 2)
        {
            Assert.True(ControlFrames.TryRead(fields.Bytes, out var control));
            return $"{control.Command} {control.Handshake?.Address}";
        }

        Assert.True(EnvelopeFrame.TryRead(fields.Bytes, out var envelope));
        if (!envelope.HasEnvelope)
        {
            return $"ack {envelope.CumulativeAck}";
        }

        // That an actor does not exist is said in the name of whoever looked for it, which is the runtime's own affair.
        var body = Text(envelope.Manifest) == "RWHR" ? "a number" : Text(envelope.Message);
        var isAbsence = Text(envelope.Manifest) == "AID" && !body.Contains("<path>", StringComparison.Ordinal);
        return $"to {Text(envelope.RecipientPath)} from {(isAbsence ? "the runtime" : Text(envelope.SenderPath))} "
            + $"{envelope.SerializerId} {Text(envelope.Manifest)} seq {envelope.Sequence}: {body}";
    }

    /// <summary>Lengths before a path differ with its incarnation.</summary>
    private static string Text(ReadOnlySpan<byte> bytes) => Uids().Replace(Encoding.Latin1.GetString(bytes), "<path>");

    private static bool IsHeartbeat(ReadOnlySpan<byte> frame) => frame[4..].SequenceEqual(ControlFrames.Heartbeat.AsSpan(4));

    private static async Task<byte[]> NextAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        while (true)
        {
            var length = new byte[4];
            await stream.ReadExactlyAsync(length, cancellationToken);
            var frame = new byte[4 + BinaryPrimitives.ReadInt32LittleEndian(length)];
            length.CopyTo(frame, 0);
            await stream.ReadExactlyAsync(frame.AsMemory(4), cancellationToken);
            if (!IsHeartbeat(frame))
            {
                return frame;
            }
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    [GeneratedRegex(@"(?s).?.?.?.?.?akka\.tcp://ActorBroker@127\.0\.0\.1:45995[\w/.-]*#\d+")]
    private static partial Regex Uids();

    private sealed class Echo : UntypedActor
    {
        protected override void OnReceive(object message) => Sender.Tell(message, Self);
    }
}
