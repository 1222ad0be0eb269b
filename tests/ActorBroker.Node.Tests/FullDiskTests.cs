using ActorBroker.Benchmarks.Cluster;
using ActorBroker.Benchmarks.Kill;
using ActorBroker.Kafka;
using ActorBroker.Kafka.Messages;
using ActorBroker.Log;
using ActorBroker.Messages;
using ActorBroker.MultiNode.Support;

namespace ActorBroker.Node.Tests;

/// <summary>The node program on a disk that is really full, or that nobody may write to.</summary>
public sealed class FullDiskTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private readonly CancellationTokenSource _patience = new(Patience);
    private readonly int _port = FreePorts.Take();
    private readonly string _logs = Directory.CreateTempSubdirectory("actorbroker-full-").FullName;
    private int _starts;
    private long _nextNumber;

    private string LogFile => Path.Combine(_logs, $"node-{_starts}.log");

    public void Dispose()
    {
        _patience.Dispose();
        Directory.Delete(_logs, recursive: true);
    }

    [SkippableFact]
    public async Task Producers_are_refused_readers_go_on_and_after_a_restart_with_room_nothing_is_missing()
    {
        using var disk = SmallDisk.Mount(megabytes: 8);
        var ledger = new PartitionLedger(new TopicPartition("t", 0));
        using (var node = await StartAsync(disk))
        {
            using var client = await KafkaClient.ConnectAsync(_port, _patience.Token);
            await CreateAsync(client, "t");
            Assert.Equal(ErrorCode.None, await ProduceAsync(client, ledger, 60_000));
            disk.Fill();

            while (await ProduceAsync(client, ledger, 60_000) is var error && error != ErrorCode.KafkaStorageError)
            {
                Assert.Equal(ErrorCode.None, error);
            }

            Assert.Equal(ErrorCode.KafkaStorageError, await ProduceAsync(client, ledger, 10));
            await LogCheck.RunAsync(client, ledger, _patience.Token);
            Assert.Equal(ledger.End, await EndOfAsync(client));
            var topics = await client.AskAsync<MetadataResponse>(new MetadataRequest { Topics = null }, _patience.Token);
            Assert.Equal("t", Assert.Single(topics.Topics).Name);
            await IsSaidAsync("fenced");
            await node.KillAsync(_patience.Token);
        }

        var said = Assert.Single(await File.ReadAllLinesAsync(LogFile), line => line.Contains("fenced", StringComparison.Ordinal));
        Assert.Contains("t-0: fenced, takes no more records; what it has can be read", said, StringComparison.Ordinal);
        Assert.Contains(".log: cannot write", said, StringComparison.Ordinal);
        Assert.Contains("No space left on device", said, StringComparison.Ordinal);
        Assert.Contains("restart the node", said, StringComparison.Ordinal);

        await GoesOnWithRoomAsync(disk, ledger);
    }

    [SkippableFact]
    public async Task A_node_stops_on_a_full_disk_and_the_next_start_with_room_has_everything()
    {
        using var disk = SmallDisk.Mount(megabytes: 8);
        var ledger = new PartitionLedger(new TopicPartition("t", 0));
        using (var node = await StartAsync(disk))
        {
            using var client = await KafkaClient.ConnectAsync(_port, _patience.Token);
            await CreateAsync(client, "t");
            for (var i = 0; i < 10; i++)
            {
                Assert.Equal(ErrorCode.None, await ProduceAsync(client, ledger, 5_000));
            }

            disk.Fill();
            await node.TerminateAsync(_patience.Token);
        }

        Assert.Contains(await File.ReadAllLinesAsync(LogFile), line => line.StartsWith("stopped", StringComparison.Ordinal));
        await GoesOnWithRoomAsync(disk, ledger);
    }

    [SkippableFact]
    public async Task A_node_that_finds_no_room_at_its_start_says_so_or_serves_what_it_has()
    {
        using var disk = SmallDisk.Mount(megabytes: 8);
        disk.Fill();
        var (exitCode, errors) = await FailToStartAsync(disk);
        Assert.Equal(1, exitCode);
        Assert.Contains("No space left on device", Assert.Single(errors.Split('\n')), StringComparison.Ordinal);
        disk.MakeRoom();

        var ledger = new PartitionLedger(new TopicPartition("t", 0));
        using (var node = await StartAsync(disk))
        {
            using var client = await KafkaClient.ConnectAsync(_port, _patience.Token);
            await CreateAsync(client, "t");
            Assert.Equal(ErrorCode.None, await ProduceAsync(client, ledger, 5_000));
            await node.KillAsync(_patience.Token);
        }

        disk.Fill();
        bool hasFailed;
        using (var node = NewNode(disk))
        {
            await Task.WhenAny(node.Ready).WaitAsync(_patience.Token);
            hasFailed = node.Ready.IsFaulted;
        }

        if (hasFailed)
        {
            // Only now all that it printed is there.
            Assert.Contains("No space left on device", await File.ReadAllTextAsync(LogFile), StringComparison.Ordinal);
        }

        await GoesOnWithRoomAsync(disk, ledger);
    }

    [SkippableFact]
    public async Task A_folder_that_cannot_be_written_is_said_in_one_line()
    {
        using var disk = SmallDisk.Mount(megabytes: 8);
        disk.MakeReadOnly();
        await IsRefusedAsync(disk);
    }

    [SkippableFact]
    public async Task A_nodes_own_folder_that_cannot_be_written_any_more_is_said_in_one_line()
    {
        using var disk = SmallDisk.Mount(megabytes: 8);
        using (var node = await StartAsync(disk))
        {
            await node.TerminateAsync(_patience.Token);
        }

        disk.MakeReadOnly();
        await IsRefusedAsync(disk);
    }

    private static async Task IsRefusedAsync(SmallDisk disk)
    {
        var (exitCode, errors) = await FailToStartAsync(disk);

        Assert.Equal(1, exitCode);
        var line = Assert.Single(errors.Split('\n'));
        Assert.Contains(disk.Path, line, StringComparison.Ordinal);
        Assert.Contains("cannot be written: Read-only file system", line, StringComparison.Ordinal);
        Assert.Contains("--data", line, StringComparison.Ordinal);
    }

    private static async Task<(int ExitCode, string Errors)> FailToStartAsync(SmallDisk disk)
    {
        using var node = NodeProcess.Start("--data", Path.Combine(disk.Path, "data"), "--kafka-port", "0", "--akka-port", "0", "--http-port", "-1");
        return await node.EndAsync();
    }

    /// <summary>Waits until a word is in the node's log, which is written behind its answers.</summary>
    private async Task IsSaidAsync(string word)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!(await File.ReadAllTextAsync(LogFile, _patience.Token)).Contains(word, StringComparison.Ordinal))
        {
            await timer.WaitForNextTickAsync(_patience.Token);
        }
    }

    /// <summary>Started again with room, the node has everything and takes more.</summary>
    private async Task GoesOnWithRoomAsync(SmallDisk disk, PartitionLedger ledger)
    {
        disk.MakeRoom();
        using var node = await StartAsync(disk);
        using var client = await KafkaClient.ConnectAsync(_port, _patience.Token);
        await LogCheck.RunAsync(client, ledger, _patience.Token);
        Assert.Equal(ErrorCode.None, await ProduceAsync(client, ledger, 60_000));
        await LogCheck.RunAsync(client, ledger, _patience.Token);
        await node.KillAsync(_patience.Token);
    }

    private Benchmarks.Cluster.NodeProcess NewNode(SmallDisk disk)
    {
        _starts++;
        return new(["--data", Path.Combine(disk.Path, "data"), "--kafka-port", $"{_port}", "--akka-port", "0", "--http-port", "-1"], LogFile);
    }

    private async Task<Benchmarks.Cluster.NodeProcess> StartAsync(SmallDisk disk)
    {
        var node = NewNode(disk);
        try
        {
            await node.Ready.WaitAsync(_patience.Token);
            return node;
        }
        catch
        {
            node.Dispose();
            throw;
        }
    }

    private async Task CreateAsync(KafkaClient client, string topic)
    {
        var request = new CreateTopicsRequest { TimeoutMs = 30_000, Topics = [new() { Name = topic, NumPartitions = 1, ReplicationFactor = 1 }] };
        Assert.Equal(ErrorCode.None, (ErrorCode)(await client.AskAsync<CreateTopicsResponse>(request, _patience.Token)).Topics[0].ErrorCode);
    }

    private async Task<ErrorCode> ProduceAsync(KafkaClient client, PartitionLedger ledger, int bytes)
    {
        var id = new RecordId(1, _nextNumber++);
        var batch = new BatchWriter();
        batch.Add(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(), NullableBytes.Null, id.ToValue(bytes));
        var request = new ProduceRequest
        {
            Acks = -1,
            TimeoutMs = 30_000,
            TopicData = [new() { Name = ledger.Partition.Topic, PartitionData = [new() { Index = 0, Records = batch.ToArray() }] }],
        };
        var answer = (await client.AskAsync<ProduceResponse>(request, _patience.Token)).Responses[0].PartitionResponses[0];
        if (answer.ErrorCode == 0)
        {
            ledger.NoteAcknowledged(answer.BaseOffset, [id]);
        }

        return (ErrorCode)answer.ErrorCode;
    }

    private async Task<long> EndOfAsync(KafkaClient client)
    {
        const long Latest = -1;
        var request = new ListOffsetsRequest { ReplicaId = -1, Topics = [new() { Name = "t", Partitions = [new() { PartitionIndex = 0, Timestamp = Latest }] }] };
        var found = (await client.AskAsync<ListOffsetsResponse>(request, _patience.Token)).Topics[0].Partitions[0];
        Assert.Equal(ErrorCode.None, (ErrorCode)found.ErrorCode);
        return found.Offset;
    }
}
