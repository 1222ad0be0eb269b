using System.Globalization;
using ActorBroker.Benchmarks.Abuse;
using ActorBroker.Benchmarks.Cluster;
using ActorBroker.Kafka.Messages;
using ActorBroker.MultiNode.Support;

namespace ActorBroker.Benchmarks.Native;

/// <summary>librdkafka produces into one partition of a node in another process: records of 1 KB and of 100 bytes, a call for each or for 1,000.
/// Each run has a topic of its own, which is deleted after it.</summary>
internal static class RdkafkaBenchmark
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private static readonly (string What, int Count, int Bytes)[] Loads =
    [
        ("produce", 1_000_000, 1024),
        ("produce", 5_000_000, 100),
        ("produce-many", 5_000_000, 100),
    ];

    /// <summary><c>librdkafka [--runs N]</c>; one more run comes before them and does not count.</summary>
    /// <returns>1 where there is no librdkafka.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        var runs = args is ["--runs", var number] ? int.Parse(number, CultureInfo.InvariantCulture) : 5;
        if (await Rdkafka.CompileAsync() is not { } rdkafka)
        {
            return 1;
        }

        var folder = Directory.CreateTempSubdirectory("actorbroker-rdkafka-");
        try
        {
            var port = FreePorts.Take();
            string[] arguments = ["--data", Path.Combine(folder.FullName, "data"), "--kafka-port", $"{port}", "--akka-port", "0", "--http-port", "-1"];
            using var node = new NodeProcess(arguments, Path.Combine(folder.FullName, "node.log"));
            using var patience = new CancellationTokenSource(Patience);
            await node.Ready.WaitAsync(patience.Token);
            var measured = Loads.ToDictionary(load => load, _ => new List<(double Seconds, double Cpu)>());
            for (var run = 0; run <= runs; run++)
            {
                foreach (var load in Loads)
                {
                    var figures = await RunOnceAsync(rdkafka, node, port, load, patience.Token);
                    if (run > 0)
                    {
                        measured[load].Add(figures);
                    }
                }
            }

            Console.WriteLine($"{runs} runs: median (least to most)");
            foreach (var (load, figures) in measured)
            {
                Print(load, figures);
            }

            return 0;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<(double Seconds, double Cpu)> RunOnceAsync(
        Rdkafka rdkafka, NodeProcess node, int port, (string What, int Count, int Bytes) load, CancellationToken end)
    {
        const string Topic = "load";
        await AbuseNode.CreateTopicAsync(port, Topic, 1, end);
        var before = node.Cpu;
        var seconds = await rdkafka.RunAsync(load.What, string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}"), Topic, load.Count, load.Bytes);
        var cpu = node.Cpu - before;
        var delete = new DeleteTopicsRequest { Topics = [new() { Name = Topic }], TimeoutMs = 30_000 };
        AbuseNode.Require((await KafkaClient.AskOnceAsync<DeleteTopicsResponse>(port, delete, end)).Responses[0].ErrorCode);
        return (seconds, cpu.TotalSeconds);
    }

    private static void Print((string What, int Count, int Bytes) load, List<(double Seconds, double Cpu)> figures)
    {
        double[] records = [.. figures.Select(figure => load.Count / figure.Seconds / 1e6).Order()];
        double[] megabytes = [.. records.Select(rate => rate * load.Bytes)];
        double[] cpu = [.. figures.Select(figure => figure.Cpu / ((double)load.Count * load.Bytes / 1e9)).Order()];
        var median = records.Length / 2;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"  {load.What,-12} {load.Bytes,5} B  {records[median]:N2} ({records[0]:N2} to {records[^1]:N2}) M records/s  {megabytes[median]:N0} MB/s  the node: {cpu[median]:N2} s CPU per GB"));
    }
}
