using ActorBroker.Cli.Client;

namespace ActorBroker.Cli.Bench;

/// <summary>Reads a topic from its beginning to where it ended at the start, and counts by the batches' headers.</summary>
internal sealed class ConsumeRun(Cluster cluster, string topic, ConsumeSettings settings)
{
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
    public async Task<RunResult> RunAsync(Func<Workload> start, long? recordsMax, CancellationToken cancellationToken)
    {
        var positions = (await PositionsAsync(cancellationToken)).ToDictionary(position => position.Partition);
        var info = await cluster.TopicAsync(topic, cancellationToken);
        var perLeader = Math.Min(settings.Connections, positions.Count);
        using var links = await BenchLinks.OpenAsync(cluster, info, perLeader, cancellationToken);
        var load = start();
        ConsumeLane[] lanes = [];
        lanes = [.. links.All.Select(link => new ConsumeLane(link.Connection, topic, settings, Groups(link, perLeader, positions), load, IsEnough))];
        await Crew.RunAsync(links.All.Zip(lanes, (link, lane) => Crew.OnThread(link.Connection, lane.Run)), cancellationToken);
        var took = load.Elapsed;
        var (requests, bytes) = (lanes.Sum(lane => lane.Requests), lanes.Sum(lane => lane.Bytes));
        return new RunResult([.. Figure.OfThroughput(lanes.Sum(lane => lane.Records), bytes, requests, took)], requests, bytes);

        bool IsEnough() => lanes.Sum(lane => lane.Records) >= recordsMax;
    }

    /// <summary>Deals the partitions of a leader out to the slots of its connections: all connections get one before any gets two.</summary>
    private IEnumerable<List<FetchPosition>> Groups(BenchLink link, int perLeader, Dictionary<int, FetchPosition> positions) =>
        from slot in Enumerable.Range(0, settings.InFlight)
        let lane = (slot * perLeader) + link.Number
        let own = link.Partitions.Index().Where(numbered => numbered.Index % (perLeader * settings.InFlight) == lane)
            .Select(numbered => positions[numbered.Item]).Where(position => !position.IsDone).ToList()
        where own.Count > 0
        select own;
}
