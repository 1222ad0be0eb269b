using System.Buffers.Binary;
using ActorBroker.Cli.Client;
using ActorBroker.Kafka;
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
    private readonly short _version = link.Connection.VersionOf(ApiKey.Fetch);
    private readonly List<FetchPosition> _positions = [.. link.Partitions.Select(partition => new FetchPosition(partition, ends[partition], end: null))];

    public void Run(CancellationToken cancellationToken)
    {
        for (var correlationId = 1; !isOver(); correlationId++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var request = FetchRequests.From(topic, _positions, MaxWait, 16 * ByteSizes.MiB, ByteSizes.MiB);
            _connection.Send(ProduceFrame.Encode(_version, request, correlationId));
            var frame = _connection.Receive();
            var now = clock.GetTimestamp();
            var answer = FetchAnswer.Read(frame, _version, correlationId, topic, _connection.Broker);
            foreach (var partition in answer.Responses.SelectMany(one => one.Partitions))
            {
                var position = _positions.Find(one => one.Partition == partition.PartitionIndex)!;
                position.Next = Look((partition.Records ?? default).Span, position.Next, now);
            }
        }
    }

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
