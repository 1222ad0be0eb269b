using System.Buffers.Binary;
using ActorBroker.Cli.Client;
using ActorBroker.Kafka;
using ActorBroker.Kafka.Frames;
using ActorBroker.Kafka.Messages;
using ActorBroker.Kafka.Wire;
using ActorBroker.Log;

namespace ActorBroker.Cli.Bench;

/// <summary>Waits on one connection for the marked records of its partitions.</summary>
/// <param name="ends">Where each partition ended before the first of them.</param>
/// <param name="came">Called with the time that each took.</param>
/// <param name="isOver">Asked after each answer.</param>
/// <remarks>One thread.</remarks>
internal sealed class LatencyReceiver(
    BenchLink link, TimeProvider clock, string topic, byte[] mark, IReadOnlyDictionary<int, long> ends, Action<TimeSpan> came, Func<bool> isOver)
{
    private static readonly TimeSpan MaxWait = TimeSpan.FromMilliseconds(500);
    private readonly RawConnection _connection = link.Connection;
    private readonly short _version = link.Connection.Versions.Choose(ApiKey.Fetch) ?? throw new CliException($"broker {link.Connection.Broker} does not serve Fetch in a version known here");

    public void Run(CancellationToken cancellationToken)
    {
        var request = Request();
        for (var correlationId = 1; !isOver(); correlationId++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            _connection.Send(ProduceFrame.Encode(_version, request, correlationId));
            var reader = new WireReader(_connection.Receive());
            var now = clock.GetTimestamp();
            var answer = ResponseDecoder.Decode(ApiKey.Fetch, _version, ref reader, out _) as FetchResponse;
            if (answer is null || reader.Error != WireError.None) throw new ConnectionException(_connection.Broker, $"its Fetch answer in version {_version} cannot be read ({reader.Error})");
            FetchAnswer.ThrowIfRefused(answer, topic);
            foreach (var partition in answer.Responses.SelectMany(one => one.Partitions))
            {
                var wanted = request.Topics[0].Partitions.Find(one => one.Partition == partition.PartitionIndex)!;
                wanted.FetchOffset = Look((partition.Records ?? default).Span, wanted.FetchOffset, now);
            }
        }
    }

    private FetchRequest Request() => new()
    {
        MaxWaitMs = (int)MaxWait.TotalMilliseconds,
        MinBytes = 1,
        MaxBytes = 16 * ByteSizes.MiB,
        Topics =
        [
            new()
            {
                Topic = topic,
                Partitions = [.. link.Partitions.Select(partition => new FetchRequest.FetchPartition { Partition = partition, FetchOffset = ends[partition], PartitionMaxBytes = ByteSizes.MiB })],
            },
        ],
    };

    /// <returns>The offset to fetch next.</returns>
    private long Look(ReadOnlySpan<byte> bytes, long next, long now)
    {
        while (BatchView.Read(bytes, ClientOptions.FrameBytesMax, out var batch) == BatchError.None)
        {
            using var records = new RecordReader(batch);
            while (records.MoveNext())
            {
                var value = records.Current.Value.Span;
                if (value.Length < LatencyRun.RecordBytesMin || !value.StartsWith(mark)) continue;   // somebody else's
                came(clock.GetElapsedTime(BinaryPrimitives.ReadInt64BigEndian(value[mark.Length..]), now));
            }

            next = batch.NextOffset.Value;
            bytes = bytes[batch.SizeInBytes..];
        }

        return next;
    }
}
