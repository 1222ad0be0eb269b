using ActorBroker.Cli.Client;
using ActorBroker.Kafka;
using ActorBroker.Kafka.Messages;
using ActorBroker.Log;

namespace ActorBroker.Cli.Bench;

/// <summary>Reads partitions on one connection and looks at nothing but the batches' headers, where they were received. Each group of
/// partitions has one fetch on its way.</summary>
/// <param name="groups">None is empty.</param>
/// <remarks>One thread.</remarks>
internal sealed class ConsumeLane(
    RawConnection connection, string topic, ConsumeSettings settings, IEnumerable<List<FetchPosition>> groups, Workload load, Func<bool> isEnough)
{
    private const int AnswerBytesMax = 16 * ByteSizes.MiB;   // however many partitions it is about
    private static readonly TimeSpan MaxWait = TimeSpan.FromMilliseconds(500);
    private readonly Queue<FetchGroup> _asked = new(groups.Select(positions => new FetchGroup(positions)));
    private readonly short _version = connection.VersionOf(ApiKey.Fetch);
    private long _records;

    public long Requests { get; private set; }

    public long Records => Interlocked.Read(ref _records);

    public long Bytes { get; private set; }

    /// <summary>Reads everything, or until it is enough.</summary>
    public void Run(CancellationToken cancellationToken)
    {
        foreach (var group in _asked) Ask(group);
        while (_asked.TryDequeue(out var group))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var answer = FetchAnswer.Read(connection.Receive(), _version, group.CorrelationId, topic, connection.Broker);
            Requests++;
            Advance(answer, group.Positions);
            group.Positions.RemoveAll(position => position.IsDone);
            if (group.Positions.Count > 0 && !load.IsTimeUp && !isEnough())
            {
                Ask(group);   // before the CRCs of this answer are looked at
                _asked.Enqueue(group);
            }

            if (settings.MustCheck) CheckBatches(answer);
        }
    }

    private void Ask(FetchGroup group)
    {
        group.CorrelationId++;
        var bytesMax = (int)Math.Min((long)settings.FetchBytes * group.Positions.Count, AnswerBytesMax);
        var request = FetchRequests.From(topic, group.Positions, MaxWait, bytesMax, settings.FetchBytes);
        connection.Send(ProduceFrame.Encode(_version, request, group.CorrelationId));
    }

    private void Advance(FetchResponse answer, List<FetchPosition> positions)
    {
        foreach (var partition in answer.Responses.SelectMany(one => one.Partitions))
        {
            if (partition.Records is { Length: > 0 } bytes) Count(bytes.Span, positions.Find(position => position.Partition == partition.PartitionIndex)!);
        }
    }

    private void Count(ReadOnlySpan<byte> bytes, FetchPosition position)
    {
        var from = position.Next;
        var size = 0;
        while (BatchView.ReadHeader(bytes[size..], ClientOptions.FrameBytesMax, out var batch) == BatchError.None && batch.SizeInBytes <= bytes.Length - size)
        {
            if (!batch.IsControl) Interlocked.Add(ref _records, batch.RecordCount);
            size += batch.SizeInBytes;
            position.Next = Math.Max(position.Next, batch.NextOffset.Value);
        }

        if (position.Next == from) throw new CliException($"topic '{topic}' partition {position.Partition}: what the broker sent for offset {from} holds no whole batch with it; look at the broker's log");
        Bytes += size;
    }

    private void CheckBatches(FetchResponse answer)
    {
        foreach (var partition in answer.Responses.SelectMany(one => one.Partitions))
        {
            var rest = (partition.Records ?? default).Span;
            while (BatchView.Read(rest, ClientOptions.FrameBytesMax, out var batch) is var error && error != BatchError.Incomplete && !rest.IsEmpty)
            {
                if (error != BatchError.None) throw new CliException($"topic '{topic}' partition {partition.PartitionIndex}: a batch is damaged ({error})");
                rest = rest[batch.SizeInBytes..];
            }
        }
    }

    /// <summary>Partitions that are asked for together.</summary>
    private sealed class FetchGroup(List<FetchPosition> positions)
    {
        public List<FetchPosition> Positions { get; } = positions;

        public int CorrelationId { get; set; }
    }
}
