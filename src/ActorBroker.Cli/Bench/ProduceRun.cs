using ActorBroker.Cli.Client;

namespace ActorBroker.Cli.Bench;

/// <summary>Sends one ready-made batch again and again to the leaders of a topic's partitions, in turns.</summary>
internal sealed class ProduceRun(Cluster cluster, string topic, ProduceSettings settings)
{
    /// <param name="start">Called when all is ready.</param>
    /// <returns>Throughput, and the time from sending a request to its answer; with acks 0 to the end of sending.</returns>
    public async Task<RunResult> RunAsync(Func<Workload> start, CancellationToken cancellationToken)
    {
        var info = await cluster.TopicAsync(topic, cancellationToken);
        using var links = await BenchLinks.OpenAsync(cluster, info, settings.Connections, cancellationToken);
        var batch = BenchBatch.OfSize(settings.RecordBytes, settings.BatchBytes, cluster.Options.Clock.GetUtcNow());
        var times = new LatencyHistogram();
        var load = start();
        ProduceLane[] lanes = [.. links.All.Select(link => new ProduceLane(link, cluster, topic, settings, batch, load, times))];
        await Crew.RunAsync(links.All.Zip(lanes, (link, lane) => Crew.OnThread(link.Connection, lane.Run)), cancellationToken);
        await Crew.RunAsync(links.All.Zip(lanes, (link, lane) => Crew.OnThread(link.Connection, _ => lane.SayGoodbye())), cancellationToken);
        var took = load.Elapsed;
        var (requests, bytes) = (lanes.Sum(lane => lane.Requests), lanes.Sum(lane => lane.Bytes));
        return new RunResult([.. Figure.OfThroughput(lanes.Sum(lane => lane.Records), bytes, requests, took), .. Figure.OfTimes(times, 50, 99, 99.9)], requests, bytes);
    }
}
