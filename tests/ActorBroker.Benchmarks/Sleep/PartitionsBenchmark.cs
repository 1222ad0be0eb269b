using System.Diagnostics;
using System.Globalization;
using ActorBroker.Benchmarks.Cluster;
using ActorBroker.Kafka;
using ActorBroker.Kafka.Messages;
using ActorBroker.Log;
using ActorBroker.MultiNode.Support;

namespace ActorBroker.Benchmarks.Sleep;

/// <summary>One node as a process, and what very many partitions cost it: made, idle, all used once, idle again, after a stop, after a crash.</summary>
internal sealed class PartitionsBenchmark(int partitions, string[] settings) : IDisposable
{
    private const int PartitionsPerTopic = 1000;
    private const int FilesOfNode = 400;
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("actorbroker-bench-");
    private readonly int _akkaPort = FreePorts.Take();
    private readonly int _kafkaPort = FreePorts.Take();
    private NodeProcess? _node;

    public static async Task<int> RunAsync(string[] args)
    {
        var options = args.Chunk(2).Where(pair => pair.Length == 2).ToLookup(pair => pair[0], pair => pair[1]);
        var partitions = int.Parse(options["--partitions"].LastOrDefault("20000"), CultureInfo.InvariantCulture);
        using var end = new CancellationTokenSource(Patience);
        using var benchmark = new PartitionsBenchmark(partitions, ["broker.partition.idle-timeout=10s", .. options["--set"]]);
        Console.WriteLine($"| {partitions:N0} partitions on one node | time | resident | open files |");
        Console.WriteLine("| --- | --- | --- | --- |");
        await benchmark.MeasureAsync(end.Token);
        return 0;
    }

    public void Dispose()
    {
        _node?.Dispose();
        _folder.Delete(recursive: true);
    }

    private async Task MeasureAsync(CancellationToken end)
    {
        Row("started, empty", await StartAsync(end));
        var created = await TimeAsync(() => CreateAsync(end));
        Row($"all made, {partitions / created.TotalSeconds:N0} /s", created);
        await Pause.ForAsync(Rest, end);
        Row($"idle for {Rest.TotalSeconds} s", null);
        await RestartAsync("never used", end);
        var used = await TimeAsync(() => ProduceAsync(partitions, end));
        Row($"a record for each, {partitions / used.TotalSeconds:N0} /s", used);
        Row("until all sleep", await TimeAsync(() => AsleepAsync(end)));
        await Pause.ForAsync(Rest, end);
        Row($"idle for {Rest.TotalSeconds} s", null);
        await RestartAsync("used", end);
        Row("a record for each of 1,000 that sleep", await TimeAsync(() => ProduceAsync(PartitionsPerTopic, end)));

        await _node!.KillAsync(end);
        Row("started again after a crash", await StartAsync(end));
        Row("until all sleep", await TimeAsync(() => AsleepAsync(end)));
        await Pause.ForAsync(Rest, end);
        Row($"idle for {Rest.TotalSeconds} s", null);
    }

    private async Task RestartAsync(string what, CancellationToken end)
    {
        Row($"stopped, {what}", await TimeAsync(() => _node!.TerminateAsync(end)), isOver: true);
        var started = Stopwatch.GetTimestamp();
        await StartAsync(end);
        await ProduceAsync(1, end);
        Row("started, until the first record is stored", Stopwatch.GetElapsedTime(started));
    }

    private async Task<TimeSpan> StartAsync(CancellationToken end)
    {
        var started = Stopwatch.GetTimestamp();
        _node?.Dispose();
        _node = new NodeProcess(
            [
                "--data", Path.Combine(_folder.FullName, "data"), "--http-port", "-1", "--akka-port", Text(_akkaPort), "--kafka-port", Text(_kafkaPort),
                .. settings.SelectMany(setting => new[] { "--set", setting }),
            ],
            Path.Combine(_folder.FullName, "node.log"));
        await _node.Ready.WaitAsync(end);
        return Stopwatch.GetElapsedTime(started);
    }

    private async Task CreateAsync(CancellationToken end)
    {
        using var client = await KafkaClient.ConnectAsync(_kafkaPort, end);
        for (var first = 0; first < partitions; first += PartitionsPerTopic)
        {
            var request = new CreateTopicsRequest
            {
                TimeoutMs = 60_000,
                Topics = [new() { Name = TopicOf(first), NumPartitions = Math.Min(PartitionsPerTopic, partitions - first), ReplicationFactor = 1 }],
            };
            var answer = await client.AskAsync<CreateTopicsResponse>(request, end);
            Expect(answer.Topics[0].ErrorCode);
        }
    }

    /// <summary>One small batch for each of the first partitions, a topic in a request.</summary>
    private async Task ProduceAsync(int count, CancellationToken end)
    {
        var batch = new BatchWriter();
        batch.Add(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(), NullableBytes.Null, "a record"u8.ToArray());
        var records = batch.ToArray();
        using var client = await KafkaClient.ConnectAsync(_kafkaPort, end);
        for (var first = 0; first < count; first += PartitionsPerTopic)
        {
            var numbers = Enumerable.Range(0, Math.Min(PartitionsPerTopic, count - first));
            var request = new ProduceRequest
            {
                Acks = -1,
                TimeoutMs = 60_000,
                TopicData = [new() { Name = TopicOf(first), PartitionData = [.. numbers.Select(number => new ProduceRequest.PartitionProduceData { Index = number, Records = records })] }],
            };
            var answer = await client.AskAsync<ProduceResponse>(request, end);
            foreach (var partition in answer.Responses[0].PartitionResponses)
            {
                Expect(partition.ErrorCode);
            }
        }
    }

    /// <summary>One that is awake has at least one open file.</summary>
    private async Task AsleepAsync(CancellationToken end)
    {
        while (_node!.OpenFiles > FilesOfNode)
        {
            await Pause.ForAsync(TimeSpan.FromMilliseconds(100), end);
        }
    }

    private void Row(string what, TimeSpan? time, bool isOver = false) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"| {what} | {(time is { } taken ? $"{taken.TotalSeconds:N2} s" : "")} | {(isOver ? "" : $"{_node!.ResidentBytes / 1e6:N0} MB, at most {_node.ResidentBytesMax / 1e6:N0} MB")} | {(isOver ? "" : $"{_node!.OpenFiles}")} |"));

    private static async Task<TimeSpan> TimeAsync(Func<Task> work)
    {
        var started = Stopwatch.GetTimestamp();
        await work();
        return Stopwatch.GetElapsedTime(started);
    }

    private static void Expect(short error)
    {
        if ((ErrorCode)error != ErrorCode.None)
        {
            throw new InvalidOperationException($"refused: {(ErrorCode)error}");
        }
    }

    private static string TopicOf(int first) => $"many-{Text(first / PartitionsPerTopic)}";

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
