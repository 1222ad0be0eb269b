using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using ActorBroker.Benchmarks.Cluster;
using ActorBroker.Kafka.Messages;
using ActorBroker.Log;

namespace ActorBroker.Node.Tests;

/// <summary>Clients that take all that they can, against a node in a process of its own: its memory stays bounded, others are answered.
/// The full size is in tests/ActorBroker.Benchmarks, abuse.</summary>
public sealed class AbuseTests
{
    private const long MoreBytesMax = 150L << 20;
    private const int Partitions = 4;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly string[] Settings = ["send-timeout=2s", "request-receive-timeout=2s", "reply-bytes-total-max=16m", "in-flight-bytes-total-max=16m"];

    [SkippableFact]
    public async Task Clients_that_abuse_a_node_do_not_take_its_memory_nor_its_time()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "needs /proc: run it on Linux");
        using var end = new CancellationTokenSource(Patience * 2);
        using var node = NodeProcess.Start(
            ["--data", "{folder}/data", "--kafka-port", "0", "--akka-port", "0", "--http-port", "-1", .. Settings.SelectMany(setting => new[] { "--set", $"broker.kafka.{setting}" })]);
        var port = int.Parse((await node.ReadyAsync())["kafka"].Split(':')[^1], CultureInfo.InvariantCulture);
        await FillAsync(port, end.Token);
        var before = node.ResidentBytesMax;
        var connections = new List<Socket>();
        try
        {
            await AddIdleAsync(connections, port, end.Token);
            var deaf = await AddDeafAsync(connections, port, end.Token);
            var slow = await AddSlowAsync(connections, port, end.Token);
            await ChurnAsync(port, end.Token);

            await ProduceAsync(port, end.Token);
            await ClosedAsync(slow, end.Token);
            await ClosedAsync(deaf, end.Token);
            await ProduceAsync(port, end.Token);
            Assert.InRange(node.ResidentBytesMax - before, 0, MoreBytesMax);
        }
        finally
        {
            connections.ForEach(connection => connection.Dispose());
        }
    }

    private static async Task FillAsync(int port, CancellationToken end)
    {
        var request = new CreateTopicsRequest { Topics = [new() { Name = "t", NumPartitions = Partitions, ReplicationFactor = 1 }], TimeoutMs = 30_000 };
        Assert.Equal(0, (await KafkaClient.AskOnceAsync<CreateTopicsResponse>(port, request, end)).Topics[0].ErrorCode);
        for (var i = 0; i < 32; i++)
        {
            await ProduceAsync(port, end, i % Partitions, 1_000_000);
        }
    }

    private static async Task ProduceAsync(int port, CancellationToken end, int partition = 0, int bytes = 1000)
    {
        var batch = new BatchWriter();
        batch.Add(1_700_000_000_000, NullableBytes.Null, new byte[bytes]);
        var request = new ProduceRequest
        {
            Acks = 1,
            TimeoutMs = 30_000,
            TopicData = [new() { Name = "t", PartitionData = [new() { Index = partition, Records = batch.ToArray() }] }],
        };
        Assert.Equal(0, (await KafkaClient.AskOnceAsync<ProduceResponse>(port, request, end)).Responses[0].PartitionResponses[0].ErrorCode);
    }

    private static async Task AddIdleAsync(List<Socket> connections, int port, CancellationToken end)
    {
        var hello = KafkaClient.Frame(new ApiVersionsRequest { ClientSoftwareName = "idle", ClientSoftwareVersion = "1" });
        for (var i = 0; i < 500; i++)
        {
            await (await AddAsync(connections, port, end)).SendAsync(hello, end);
        }
    }

    /// <summary>Asks for 2 GB, often, and reads nothing.</summary>
    private static async Task<Socket> AddDeafAsync(List<Socket> connections, int port, CancellationToken end)
    {
        var topic = (await KafkaClient.AskOnceAsync<MetadataResponse>(port, new MetadataRequest { Topics = [new() { Name = "t" }] }, end)).Topics[0];
        var fetch = KafkaClient.Frame(new FetchRequest
        {
            MaxWaitMs = 500,
            MinBytes = 1,
            MaxBytes = int.MaxValue,
            SessionEpoch = -1,
            Topics =
            [
                new()
                {
                    TopicId = topic.TopicId,
                    Topic = "t",
                    Partitions = [.. Enumerable.Range(0, Partitions).Select(number => new FetchRequest.FetchPartition { Partition = number, PartitionMaxBytes = int.MaxValue, CurrentLeaderEpoch = -1 })],
                },
            ],
        });
        var deaf = await AddAsync(connections, port, end);
        deaf.ReceiveBufferSize = 4096;
        for (var i = 0; i < 50; i++)
        {
            await deaf.SendAsync(fetch, end);
        }

        return deaf;
    }

    /// <summary>Begins a request of 10 MB and sends no more of it.</summary>
    private static async Task<Socket> AddSlowAsync(List<Socket> connections, int port, CancellationToken end)
    {
        var begin = new byte[9];
        BinaryPrimitives.WriteInt32BigEndian(begin, 10 << 20);
        var slow = await AddAsync(connections, port, end);
        await slow.SendAsync(begin, end);
        return slow;
    }

    private static async Task ChurnAsync(int port, CancellationToken end)
    {
        for (var i = 0; i < 1000; i++)
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { LingerState = new LingerOption(enable: true, 0) };
            await socket.ConnectAsync(IPAddress.Loopback, port, end);
        }
    }

    private static async Task<Socket> AddAsync(List<Socket> connections, int port, CancellationToken end)
    {
        connections.Add(new Socket(SocketType.Stream, ProtocolType.Tcp));
        await connections[^1].ConnectAsync(IPAddress.Loopback, port, end);
        return connections[^1];
    }

    /// <summary>Waits until the node has closed a connection, without reading from it.</summary>
    private static async Task ClosedAsync(Socket socket, CancellationToken end)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        try
        {
            while (await timer.WaitForNextTickAsync(end))
            {
                await socket.SendAsync(new byte[1], end);
            }
        }
        catch (SocketException)
        {
            // it has
        }
    }
}
