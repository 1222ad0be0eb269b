using System.Buffers.Binary;
using ActorBroker.Fuzz.Running;
using ActorBroker.Kafka;
using ActorBroker.Kafka.Frames;
using ActorBroker.Kafka.Messages;
using ActorBroker.Kafka.Wire;
using ActorBroker.Tests.Support;

namespace ActorBroker.Fuzz.Targets;

/// <summary>Frames of clients on the port of a node that runs: it answers or closes, and serves all others as before.</summary>
internal sealed class NodeTarget : FuzzTarget
{
    private static readonly IReadOnlyList<FuzzSeed> Captured = TestData.Vectors("ActorBroker.Kafka.Tests/Vectors", "req-");
    private readonly HashSet<string> _topics;
    private NodeUnderFire? _node;

    public NodeTarget()
    {
        _topics = [.. Captured.SelectMany(seed => Read(seed.Bytes) is ProduceRequest produce ? produce.TopicData.Select(topic => topic.Name) : []), "fuzzed"];
        Seeds =
        [
            .. Captured,
            .. new IRequest[]
            {
                KafkaRequests.Produce("fuzzed", 0, KafkaRequests.Batch("one", "two")),
                KafkaRequests.Produce("fuzzed", 0, KafkaRequests.Batch("no answer"), acks: 0),
                KafkaRequests.Fetch("fuzzed", 0, 0),
                new ListOffsetsRequest { ReplicaId = -1, Topics = [new() { Name = "fuzzed", Partitions = [new() { PartitionIndex = 0, Timestamp = -1 }] }] },
                new MetadataRequest { Topics = [new() { Name = "fuzzed" }] },
                new DeleteRecordsRequest { TimeoutMs = 100, Topics = [new() { Name = "fuzzed", Partitions = [new() { PartitionIndex = 0, Offset = 1 }] }] },
            }.Select(request => new FuzzSeed($"own-{request.Api}", Frame(request))),
        ];
    }

    public override string Name => "node";

    public override int Weight => 6;

    public override IReadOnlyList<FuzzSeed> Seeds { get; }

    /// <summary>Groups, their positions and producers that were named stay for a while, as they should.</summary>
    public override long GrowthMax => 256L * 1024 * 1024;

    private NodeUnderFire Node
    {
        get
        {
            if (_node is null)
            {
                _node = new NodeUnderFire();
                foreach (var topic in _topics) _node.CreateTopic(topic);
            }

            return _node;
        }
    }

    /// <summary>Mostly with a length that fits, so that the node reads on.</summary>
    public override byte[] Repair(FuzzSeed seed, byte[] input, Random random)
    {
        if (input.Length >= FrameReader.LengthBytes && random.Next(8) > 0)
        {
            BinaryPrimitives.WriteInt32BigEndian(input, input.Length - FrameReader.LengthBytes);
        }

        return input;
    }

    public override void Try(FuzzSeed seed, byte[] input) => Node.Send(input);

    public override void Inspect() => Node.Inspect(_topics);

    /// <summary>It works on its own threads; its memory is looked at as a whole.</summary>
    public override long AllocatedMax(FuzzSeed seed, int inputBytes) => 1 << 20;

    public override void Dispose()
    {
        _node?.Dispose();
        base.Dispose();
    }

    private static IRequest? Read(byte[] frame)
    {
        var reader = new WireReader(frame.AsMemory(FrameReader.LengthBytes));
        return RequestHeader.TryRead(ref reader, out var header) && RequestDecoder.Decode(header, ref reader) is { } request && reader.Error == WireError.None ? request : null;
    }

    private static byte[] Frame(IRequest request)
    {
        using var writer = new WireWriter();
        RequestEncoder.Encode(writer, Math.Min((short)9, ApiVersions.Advertise[request.Api].Max), 1, "fuzz", request);
        return writer.ToArray();
    }
}
