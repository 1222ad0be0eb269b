using ActorBroker.Cli.Client;
using ActorBroker.Kafka;
using ActorBroker.Kafka.Messages;
using ActorBroker.Log;

namespace ActorBroker.Cli.Bench;

/// <summary>Reads a topic from its beginning to where it ended at the start, and counts by the batches' headers.</summary>
internal sealed class ConsumeRun(Cluster cluster, string topic, ConsumeSettings settings)
{
    private static readonly FetchOptions Fetching = new(IsCommittedOnly: false, MustFollow: false);
    private long _records;
    private long _bytes;

    /// <summary>The first offset, and the one behind the last, of each partition.</summary>
    public async Task<IReadOnlyList<FetchPosition>> PositionsAsync(CancellationToken cancellationToken)
    {
        int[] partitions = [.. (await cluster.TopicAsync(topic, cancellationToken)).Partitions.Select(partition => partition.Index)];
        var lookup = new OffsetLookup(cluster, topic);
        var starts = await lookup.FindAsync(partitions, OffsetLookup.Start, isCommittedOnly: false, cancellationToken);
        var ends = await lookup.FindAsync(partitions, OffsetLookup.End, isCommittedOnly: false, cancellationToken);
        return [.. partitions.Select(partition => new FetchPosition(partition, starts[partition], ends[partition]))];
    }

    /// <param name="start">Called when all is ready.</param>
    /// <param name="recordsMax">Reading stops once there are so many; null: at the end.</param>
    public async Task<IReadOnlyList<Figure>> RunAsync(Func<Workload> start, long? recordsMax, CancellationToken cancellationToken)
    {
        var positions = (await PositionsAsync(cancellationToken)).ToDictionary(position => position.Partition);
        var info = await cluster.TopicAsync(topic, cancellationToken);
        await using var links = await BenchLinks.OpenAsync(cluster, info, Math.Min(settings.Connections, positions.Count), cancellationToken);
        var load = start();
        var lanes = Lanes(links.Of(info), positions).ToList();
        await Crew.RunAsync(
            lanes.Select(lane => (Func<CancellationToken, Task>)(token => ReadAsync(lane.Connection, lane.Positions, load, recordsMax ?? long.MaxValue, token))),
            cancellationToken);
        return [.. Figure.OfThroughput(_records, _bytes, load.Elapsed)];
    }

    /// <summary>Deals the partitions of a leader out to the slots of its connections.</summary>
    private IEnumerable<(KafkaConnection Connection, List<FetchPosition> Positions)> Lanes(
        IEnumerable<(KafkaConnection Connection, int Number, IReadOnlyList<int> Partitions)> links, Dictionary<int, FetchPosition> positions)
    {
        var slots = Math.Min(settings.Connections, positions.Count) * settings.InFlight;
        return from link in links
               from slot in Enumerable.Range(0, settings.InFlight)
               let lane = (slot * (slots / settings.InFlight)) + link.Number   // all connections get one before any gets two
               let own = link.Partitions.Index().Where(numbered => numbered.Index % slots == lane).Select(numbered => positions[numbered.Item]).ToList()
               where own.Exists(position => !position.IsDone)
               select (link.Connection, own);
    }

    /// <summary>One request on its way all the time: the next one leaves before the CRCs of the last answer are looked at.</summary>
    private async Task ReadAsync(KafkaConnection connection, List<FetchPosition> positions, Workload load, long recordsMax, CancellationToken cancellationToken)
    {
        var request = RequestFor(positions);
        var next = connection.ExchangeAsync(request, cancellationToken, Fetching.MaxWait);
        while (next is not null)
        {
            using var reply = await next;
            Advance((FetchResponse)reply.Body, positions);
            positions.RemoveAll(position => position.IsDone);
            var isOver = positions.Count == 0 || load.IsTimeUp || Interlocked.Read(ref _records) >= recordsMax;
            if (!isOver) Aim(request, positions);
            next = isOver ? null : connection.ExchangeAsync(request, cancellationToken, Fetching.MaxWait);
            if (settings.MustCheck) CheckBatches((FetchResponse)reply.Body);
        }
    }

    private FetchRequest RequestFor(List<FetchPosition> positions)
    {
        var request = new FetchRequest
        {
            MaxWaitMs = (int)Fetching.MaxWait.TotalMilliseconds,
            MinBytes = 1,
            MaxBytes = Fetching.ResponseBytesMax,
            Topics = [new() { Topic = topic }],
        };
        positions.RemoveAll(position => position.IsDone);
        Aim(request, positions);
        return request;
    }

    private static void Aim(FetchRequest request, List<FetchPosition> positions)
    {
        var partitions = request.Topics[0].Partitions;
        while (partitions.Count < positions.Count) partitions.Add(new() { PartitionMaxBytes = Fetching.PartitionBytesMax });
        partitions.RemoveRange(positions.Count, partitions.Count - positions.Count);
        for (var i = 0; i < positions.Count; i++) (partitions[i].Partition, partitions[i].FetchOffset) = (positions[i].Partition, positions[i].Next);
    }

    private void Advance(FetchResponse response, List<FetchPosition> positions)
    {
        ThrowIfRefused(response, topic);
        foreach (var partition in response.Responses.SelectMany(answer => answer.Partitions))
        {
            if (partition.Records is { Length: > 0 } bytes) Count(bytes.Span, positions.Find(position => position.Partition == partition.PartitionIndex)!);
        }
    }

    /// <exception cref="KafkaErrorException">The answer, or a partition in it, is an error.</exception>
    public static void ThrowIfRefused(FetchResponse response, string topic)
    {
        if (response.ErrorCode != 0) throw new KafkaErrorException((ErrorCode)response.ErrorCode, $"topic '{topic}'");
        foreach (var partition in response.Responses.SelectMany(answer => answer.Partitions))
        {
            if (partition.ErrorCode != 0) throw new KafkaErrorException((ErrorCode)partition.ErrorCode, $"topic '{topic}' partition {partition.PartitionIndex}");
        }
    }

    private void Count(ReadOnlySpan<byte> bytes, FetchPosition position)
    {
        var from = position.Next;
        long records = 0, size = 0;
        while (BatchView.ReadHeader(bytes[(int)size..], ClientOptions.FrameBytesMax, out var batch) == BatchError.None && batch.SizeInBytes <= bytes.Length - size)
        {
            if (!batch.IsControl) records += batch.RecordCount;
            size += batch.SizeInBytes;
            position.Next = Math.Max(position.Next, batch.NextOffset.Value);
        }

        if (position.Next == from) throw new CliException($"topic '{topic}' partition {position.Partition}: what the broker sent for offset {from} holds no whole batch with it; look at the broker's log");
        Interlocked.Add(ref _records, records);
        Interlocked.Add(ref _bytes, size);
    }

    private void CheckBatches(FetchResponse response)
    {
        foreach (var partition in response.Responses.SelectMany(answer => answer.Partitions))
        {
            var rest = (partition.Records ?? default).Span;
            while (BatchView.Read(rest, ClientOptions.FrameBytesMax, out var batch) is var error && error != BatchError.Incomplete && !rest.IsEmpty)
            {
                if (error != BatchError.None) throw new CliException($"topic '{topic}' partition {partition.PartitionIndex}: a batch is damaged ({error})");
                rest = rest[batch.SizeInBytes..];
            }
        }
    }
}
