using ActorBroker.Fuzz.Running;
using ActorBroker.Kafka;
using ActorBroker.Kafka.Messages;
using ActorBroker.Log;
using ActorBroker.Tests.Support;

namespace ActorBroker.Fuzz.Targets;

/// <summary>Wrong batches in produce requests that are right: refused with the protocol's error, or stored and served as they came.</summary>
internal sealed class NodeBatchTarget : FuzzTarget
{
    private const string Topic = "batches";

    private static readonly ErrorCode[] Refusals =
    [
        ErrorCode.CorruptMessage, ErrorCode.InvalidRecord, ErrorCode.MessageTooLarge, ErrorCode.UnsupportedForMessageFormat, ErrorCode.InvalidTimestamp, ErrorCode.OutOfOrderSequenceNumber,
        ErrorCode.InvalidProducerEpoch, ErrorCode.UnsupportedCompressionType, ErrorCode.DuplicateSequenceNumber, ErrorCode.UnknownProducerId, ErrorCode.InvalidTxnState,
    ];

    private NodeUnderFire? _node;

    public override string Name => "node-batches";

    public override int Weight => 4;

    public override IReadOnlyList<FuzzSeed> Seeds => Batches.Seeds;

    /// <summary>A whole node's pools, and the producers of the mutated ids, which are remembered up to 100,000 of them: after 8,000, 32,000
    /// and 96,000 inputs 32, 77 and 88 MB stay.</summary>
    public override long GrowthMax => 160L * 1024 * 1024;

    private NodeUnderFire Node
    {
        get
        {
            if (_node is null)
            {
                _node = new NodeUnderFire();
                _node.CreateTopic(Topic);
            }

            return _node;
        }
    }

    public override byte[] Repair(FuzzSeed seed, byte[] input, Random random)
    {
        if (random.Next(8) > 0)
        {
            Batches.MakeWhole(input);
        }

        return input;
    }

    public override void Try(FuzzSeed seed, byte[] input)
    {
        var answer = Node.Ask<ProduceResponse>(KafkaRequests.Produce(Topic, 0, input), 9).Responses[0].PartitionResponses[0];
        var error = (ErrorCode)answer.ErrorCode;
        if (error == ErrorCode.None)
        {
            Compare(input, answer.BaseOffset);
        }
        else if (!Refusals.Contains(error))
        {
            throw new FuzzFailure($"refused with {error}: {answer.ErrorMessage}");
        }
    }

    public override void Inspect() => Node.Inspect(new HashSet<string> { Topic });

    /// <summary>The client's part of it.</summary>
    public override long AllocatedMax(FuzzSeed seed, int inputBytes) => (10L * 1024 * 1024) + (100L * inputBytes);

    public override void Dispose()
    {
        _node?.Dispose();
        base.Dispose();
    }

    /// <summary>But for the offset, and the epoch, it is what was sent.</summary>
    private void Compare(byte[] sent, long offset)
    {
        if (BatchView.Read(sent, int.MaxValue, out var batch) != BatchError.None)
        {
            throw new FuzzFailure("accepted: a batch that is not whole");
        }

        var fetched = Node.Ask<FetchResponse>(KafkaRequests.Fetch(Topic, 0, offset, partitionMaxBytes: 1), 11).Responses[0].Partitions[0];
        var stored = (fetched.Records ?? default).Span;
        if (BatchView.Read(stored, int.MaxValue, out var found) != BatchError.None || found.BaseOffset.Value != offset
            || (batch.ProducerId < 0 && !found.Bytes[16..].SequenceEqual(batch.Bytes[16..])))
        {
            throw new FuzzFailure($"accepted: at {offset} another batch is read, {(ErrorCode)fetched.ErrorCode}, {Convert.ToHexString(stored[..Math.Min(200, stored.Length)])}");
        }
    }
}
