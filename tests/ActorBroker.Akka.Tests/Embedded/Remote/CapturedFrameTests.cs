using System.Text;
using Akka.Actor;
using Akka.Configuration;
using Akka.Remote;
using Akka.Remote.Transport;
using Akka.Remote.Wire;
using Akka.Serialization;

namespace ActorBroker.Akka.Tests.Embedded.Remote;

/// <summary>What real Akka.NET sends is read, and written again byte for byte.</summary>
public sealed class CapturedFrameTests : IDisposable
{
    private readonly ActorSystem _system = ActorSystem.Create("reader", ConfigurationFactory.ParseString(
        "akka { loglevel = OFF, actor.provider = remote, remote.dot-netty.tcp { hostname = \"127.0.0.1\", port = 0 } }"));

    public static TheoryData<string> Envelopes => [.. CapturedFrame.All.Where(frame => frame.Bytes[4] == 0x0A).Select(frame => frame.Name).Distinct()];

    public static TheoryData<string> Controls => [.. CapturedFrame.All.Where(frame => frame.Bytes[4] == 0x12).Select(frame => frame.Name).Distinct()];

    private ExtendedActorSystem Extended => (ExtendedActorSystem)_system;

    public void Dispose() => _system.Dispose();

    [Theory]
    [MemberData(nameof(Envelopes))]
    public void A_message_of_Akka_NET_is_read_and_written_again_with_the_same_bytes(string name)
    {
        var captured = CapturedFrame.All.First(one => one.Name == name);
        Assert.True(EnvelopeFrame.TryRead(Payload(captured.Body), out var frame));
        if (!frame.HasEnvelope)
        {
            Assert.Equal(captured.Bytes, ControlFrames.EncodeAck(frame.CumulativeAck, []));
            return;
        }

        var message = Extended.Serialization.Deserialize(frame.Message.ToArray(), frame.SerializerId, Encoding.UTF8.GetString(frame.Manifest));
        var recipient = (RemoteActorRef)Extended.Provider.ResolveActorRef(Encoding.UTF8.GetString(frame.RecipientPath));
        var sender = frame.SenderPath.IsEmpty ? null : Extended.Provider.ResolveActorRef(Encoding.UTF8.GetString(frame.SenderPath));
        using var encoder = new FrameEncoder(Extended, new Information(Extended.Provider.DefaultAddress, _system));

        Assert.True(encoder.TryAdd(new Outgoing(message, sender, recipient, frame.Sequence), 128_000, out _));

        // The short manifest of a text is read, and the long one is written, as Akka.NET does.
        var expected = name == "tell-string-short-manifest" ? CapturedFrame.All.First(one => one.Name == "tell-string").Bytes : captured.Bytes;
        if (name == "watch")
        {
            // The captured peer wrote the sequence 0, which proto3 leaves out.
            Assert.True(EnvelopeFrame.TryRead(Payload(encoder.Bytes.Span[4..]), out var again));
            Assert.True(frame.Message.SequenceEqual(again.Message) && frame.RecipientPath.SequenceEqual(again.RecipientPath) && again.Sequence == 0);
            return;
        }

        Assert.Equal(Convert.ToHexString(expected), Convert.ToHexString(encoder.Bytes.Span));
    }

    [Theory]
    [MemberData(nameof(Controls))]
    public void A_control_frame_of_Akka_NET_is_read_and_written_again_with_the_same_bytes(string name)
    {
        var captured = CapturedFrame.All.First(one => one.Name == name);

        Assert.True(ControlFrames.TryRead(Payload(captured.Body), out var control));

        Assert.Equal(Convert.ToHexString(captured.Bytes), Convert.ToHexString(ControlFrames.Encode(control.Command, control.Handshake)));
    }

    /// <summary>The one field of an AkkaProtocolMessage.</summary>
    private static ReadOnlySpan<byte> Payload(ReadOnlySpan<byte> message)
    {
        var fields = new ProtoSpan(message);
        Assert.True(fields.Next());
        return fields.Bytes;
    }
}
