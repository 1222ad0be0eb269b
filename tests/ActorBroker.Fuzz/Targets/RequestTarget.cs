using ActorBroker.Fuzz.Running;
using ActorBroker.Kafka;
using ActorBroker.Kafka.Frames;
using ActorBroker.Kafka.Wire;

namespace ActorBroker.Fuzz.Targets;

/// <summary>Frames of clients, from the length to the last field.</summary>
internal sealed class RequestTarget : FuzzTarget
{
    private const int FrameBytesMax = 1 << 20;

    public override string Name => "requests";

    public override int Weight => 60;

    public override IReadOnlyList<FuzzSeed> Seeds { get; } = TestData.Vectors("ActorBroker.Kafka.Tests/Vectors", "req-");

    public override void Try(FuzzSeed seed, byte[] input)
    {
        var outcome = FrameReader.Look(input, FrameBytesMax, out var length);
        if (outcome == FrameOutcome.Frame && (length < 0 || length > input.Length - FrameReader.LengthBytes))
        {
            throw new FuzzFailure($"frame: {length} bytes in {input.Length}");
        }

        // Also what the length would have kept out.
        var reader = new WireReader(input.AsMemory(Math.Min(FrameReader.LengthBytes, input.Length)));
        if (RequestHeader.TryRead(ref reader, out var header) && RequestDecoder.Decode(header, ref reader) is { } body && reader.Error == WireError.None
            && ApiVersions.Known(header.Key) is { } known && header.Version >= known.Min && header.Version <= known.Max)
        {
            EncodeAgain(header, body);
        }
    }

    /// <summary>What was read without an error is a message: it can be written, and read again to its end.</summary>
    private static void EncodeAgain(RequestHeader header, Kafka.Messages.IRequest body)
    {
        using var writer = new WireWriter();
        RequestEncoder.Encode(writer, header.Version, header.CorrelationId, header.ClientId, body);
        var reader = new WireReader(writer.ToArray().AsMemory(FrameReader.LengthBytes));
        if (!RequestHeader.TryRead(ref reader, out var again) || again != header || RequestDecoder.Decode(again, ref reader) is null
            || reader.Error != WireError.None || reader.Remaining != 0)
        {
            throw new FuzzFailure($"written again: {header} ends with {reader.Error} and {reader.Remaining} bytes");
        }
    }

    /// <summary>Twice: read, and written again.</summary>
    public override long AllocatedMax(FuzzSeed seed, int inputBytes) => 2 * base.AllocatedMax(seed, inputBytes);
}
