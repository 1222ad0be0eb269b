using System.Text;
using ActorBroker.Akka.Tests.Embedded.Remote;
using ActorBroker.Fuzz.Running;
using Akka.Actor;
using Akka.Configuration;
using Akka.Remote.Wire;

namespace ActorBroker.Fuzz.Targets;

/// <summary>Frames between two systems, down to the message that is in them.</summary>
internal sealed class RemoteFrameTarget : FuzzTarget
{
    private readonly ExtendedActorSystem _system = (ExtendedActorSystem)ActorSystem.Create("fuzz", ConfigurationFactory.ParseString(
        "akka { loglevel = OFF, stdout-loglevel = OFF, actor.provider = remote, remote.dot-netty.tcp { hostname = \"127.0.0.1\", port = 0 } }"));

    public override string Name => "remote-frames";

    /// <summary>Without their lengths.</summary>
    public override IReadOnlyList<FuzzSeed> Seeds { get; } = [.. CapturedFrame.All.Select(frame => new FuzzSeed(frame.Name, frame.Body.ToArray()))];

    public override void Try(FuzzSeed seed, byte[] input)
    {
        var fields = new ProtoSpan(input);
        while (fields.Next())
        {
            switch (fields.Field)
            {
                case 1 when fields.IsBytes && EnvelopeFrame.TryRead(fields.Bytes, out var envelope):
                    _ = EnvelopeFrame.Missing(envelope.Ack);
                    _ = ActorPath.TryParse(Encoding.UTF8.GetString(envelope.RecipientPath), out _);
                    Read(envelope);
                    break;
                case 2 when fields.IsBytes:
                    _ = ControlFrames.TryRead(fields.Bytes, out _);
                    break;
                default:
                    break;
            }
        }
    }

    public override void Dispose()
    {
        _system.Terminate().Wait(TimeSpan.FromSeconds(10));
        base.Dispose();
    }

    private void Read(in EnvelopeFrame envelope)
    {
        if (!envelope.HasEnvelope)
        {
            return;
        }

        try
        {
            _system.Serialization.Deserialize(envelope.Message.ToArray(), envelope.SerializerId, Encoding.UTF8.GetString(envelope.Manifest));
        }
#pragma warning disable CA1031 // whatever a serializer throws, the connection says that the message is unreadable, and goes on
        catch (Exception)
#pragma warning restore CA1031
        {
            // What counts is that it ends, and what it cost.
        }
    }
}
