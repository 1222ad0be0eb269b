using System.Buffers.Binary;
using System.Runtime.Serialization;
using ActorBroker.Controller;
using ActorBroker.Fuzz.Running;
using ActorBroker.Tests.Controller;

namespace ActorBroker.Fuzz.Targets;

/// <summary>What nodes tell each other about metadata, moves and copies.</summary>
internal sealed class PeerMessageTarget : FuzzTarget
{
    private readonly ControllerSerializer _serializer = new(null!);

    public PeerMessageTarget() =>
        Seeds = [.. ControllerSamples.All().Select((sample, number) => new FuzzSeed($"{_serializer.Manifest(sample)} {number}", _serializer.ToBinary(sample)))];

    public override string Name => "peer-messages";

    public override IReadOnlyList<FuzzSeed> Seeds { get; }

    public override IReadOnlyList<byte[]> Words => JsonWords.All;

    /// <summary>Mostly with a length of the JSON that fits it.</summary>
    public override byte[] Repair(FuzzSeed seed, byte[] input, Random random)
    {
        if (input.Length >= 4 && random.Next(4) > 0)
        {
            BinaryPrimitives.WriteInt32LittleEndian(input, Math.Clamp(BinaryPrimitives.ReadInt32LittleEndian(seed.Bytes) + input.Length - seed.Bytes.Length, 0, input.Length - 4));
        }

        return input;
    }

    public override void Try(FuzzSeed seed, byte[] input)
    {
        try
        {
            var message = _serializer.FromBinary(input, seed.Name.Split(' ')[0]);
            _serializer.ToBinary(message);
        }
        catch (SerializationException)
        {
            // Refused, as it may be.
        }
    }

    /// <summary>The error's message has a part of the JSON, and the message is written again.</summary>
    public override long AllocatedMax(FuzzSeed seed, int inputBytes) => 2 * base.AllocatedMax(seed, inputBytes);
}
