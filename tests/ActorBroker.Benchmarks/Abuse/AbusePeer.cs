using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using ActorBroker.Benchmarks.Cluster;
using ActorBroker.Kafka.Messages;

namespace ActorBroker.Benchmarks.Abuse;

/// <summary>The process of the clients that abuse a node.</summary>
internal static class AbusePeer
{
    private const int IdleConnections = 5_000;
    private const int OpenedTogether = 10;
    private static readonly TimeSpan BetweenOpenings = TimeSpan.FromMilliseconds(10);
    private const int DeafConnections = 8;
    private const int DeafFetches = 50;
    private const int SlowConnections = 200;
    private const int ChurnPerSecond = 1_000;
    private const int ChurnTick = 20;
    private const int EverythingThereIs = int.MaxValue;
    private const string Begun = "begun";

    /// <summary>These clients would be on other machines: what they take of this one's cores is not what they do to the node. That they do all
    /// they should is seen by what they report.</summary>
    private static readonly string[] LeastPriority = OperatingSystem.IsWindows() ? [] : ["nice", "-n", "19"];

    public static async Task<Process> StartAsync(string kind, int port, TimeSpan time)
    {
        string[] command =
        [
            .. LeastPriority, "dotnet", typeof(AbusePeer).Assembly.Location, "abuse", "--peer", kind, port.ToString(CultureInfo.InvariantCulture),
            time.TotalSeconds.ToString(CultureInfo.InvariantCulture),
        ];
        var process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true })!;
        while (await process.StandardOutput.ReadLineAsync() is { } line && line != Begun)
        {
        }

        return process;
    }

    public static async Task<int> RunAsync(string kind, int port, TimeSpan time)
    {
        var end = CancellationToken.None;    // who has started it kills it
        var connections = new List<Socket>();
        try
        {
            Console.WriteLine(kind switch
            {
                "idle" => await IdleAsync(port, time, connections, end),
                "deaf" => await DeafAsync(port, time, connections, end),
                "slow" => await SlowAsync(port, time, connections, end),
                "churn" => await ChurnAsync(port, time, end),
                _ => await GreedyAsync(port, time, end),
            });
            return 0;
        }
        finally
        {
            connections.ForEach(connection => connection.Dispose());
        }
    }

    private static async Task<string> IdleAsync(int port, TimeSpan time, List<Socket> connections, CancellationToken end)
    {
        Console.WriteLine(Begun);
        var hello = KafkaClient.Frame(new ApiVersionsRequest { ClientSoftwareName = "idle", ClientSoftwareVersion = "1" });
        for (var number = 0; number < IdleConnections; number++)
        {
            connections.Add(await ConnectAsync(port, end));
            await connections[^1].SendAsync(hello, end);
            if (number % OpenedTogether == 0)
            {
                await Pause.ForAsync(BetweenOpenings, end);    // what a flood of new connections does is measured by itself
            }
        }

        await Pause.ForAsync(time, end);
        return $"{connections.Count(IsOpen)} open at the end";
    }

    private static async Task<string> DeafAsync(int port, TimeSpan time, List<Socket> connections, CancellationToken end)
    {
        var frame = KafkaClient.Frame(await EverythingAsync(port, end));
        Console.WriteLine(Begun);
        for (var number = 0; number < DeafConnections; number++)
        {
            connections.Add(await ConnectAsync(port, end));
            for (var fetch = 0; fetch < DeafFetches; fetch++)
            {
                await connections[^1].SendAsync(frame, end);
            }
        }

        await Pause.ForAsync(time, end);
        return $"{connections.Count(IsOpen)} open at the end";
    }

    private static async Task<string> SlowAsync(int port, TimeSpan time, List<Socket> connections, CancellationToken end)
    {
        Console.WriteLine(Begun);
        var begin = new byte[8];
        BinaryPrimitives.WriteInt32BigEndian(begin, 100 << 20);
        BinaryPrimitives.WriteInt16BigEndian(begin.AsSpan(6), 9);    // Produce is 0
        for (var number = 0; number < SlowConnections; number++)
        {
            connections.Add(await ConnectAsync(port, end));
            await connections[^1].SendAsync(begin, end);
        }

        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < time)
        {
            foreach (var connection in connections)
            {
                await connection.SendAsync(new byte[1], end);
            }

            await Pause.ForAsync(TimeSpan.FromSeconds(1), end);
        }

        return $"{connections.Count} of them";
    }

    private static async Task<string> ChurnAsync(int port, TimeSpan time, CancellationToken end)
    {
        Console.WriteLine(Begun);
        var hello = KafkaClient.Frame(new ApiVersionsRequest { ClientSoftwareName = "churn", ClientSoftwareVersion = "1" });
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(ChurnTick));
        var started = Stopwatch.GetTimestamp();
        var opened = 0;
        while (Stopwatch.GetElapsedTime(started) is var elapsed && elapsed < time)
        {
            for (var due = elapsed.TotalSeconds * ChurnPerSecond; opened < due; opened++)
            {
                using var connection = await ConnectAsync(port, end);
                if (opened % 2 == 0)
                {
                    await connection.SendAsync(hello, end);
                }

                connection.LingerState = new LingerOption(enable: true, 0);    // reset: this side's ports would run out
            }

            await timer.WaitForNextTickAsync(end);
        }

        return string.Create(CultureInfo.InvariantCulture, $"{opened / Stopwatch.GetElapsedTime(started).TotalSeconds:N0} a second");
    }

    private static async Task<string> GreedyAsync(int port, TimeSpan time, CancellationToken end)
    {
        var frame = KafkaClient.Frame(await EverythingAsync(port, end));
        Console.WriteLine(Begun);
        using var client = await KafkaClient.ConnectAsync(port, end);
        var started = Stopwatch.GetTimestamp();
        var (answers, largest) = (0, 0);
        while (Stopwatch.GetElapsedTime(started) < time)
        {
            largest = Math.Max(largest, (await client.ExchangeAsync(frame, end)).Length);
            answers++;
            await Pause.ForAsync(TimeSpan.FromMilliseconds(100), end);
        }

        return $"{answers} answers of up to {largest >> 20} MB";
    }

    private static async Task<FetchRequest> EverythingAsync(int port, CancellationToken end)
    {
        var topic = (await KafkaClient.AskOnceAsync<MetadataResponse>(port, NodeTrio.AboutTopic(AbuseNode.Feed), end)).Topics[0];
        return new FetchRequest
        {
            MaxWaitMs = 500,
            MinBytes = 1,
            MaxBytes = EverythingThereIs,
            SessionEpoch = -1,
            Topics =
            [
                new()
                {
                    TopicId = topic.TopicId,
                    Topic = AbuseNode.Feed,
                    Partitions =
                    [
                        .. Enumerable.Range(0, AbuseNode.FeedPartitions).Select(number => new FetchRequest.FetchPartition
                        {
                            Partition = number,
                            FetchOffset = 0,
                            PartitionMaxBytes = EverythingThereIs,
                            CurrentLeaderEpoch = -1,
                        }),
                    ],
                },
            ],
        };
    }

    private static async Task<Socket> ConnectAsync(int port, CancellationToken end)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, port, end);
        return socket;
    }

    /// <summary>Whether the node has not closed it, as far as can be told without reading.</summary>
    private static bool IsOpen(Socket socket)
    {
        try
        {
            socket.Send([0]);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
