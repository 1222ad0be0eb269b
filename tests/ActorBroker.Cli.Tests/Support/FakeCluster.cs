using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using ActorBroker.Kafka;
using ActorBroker.Kafka.Frames;
using ActorBroker.Kafka.Messages;
using ActorBroker.Kafka.Wire;

namespace ActorBroker.Cli.Tests.Support;

/// <summary>Three nodes as one broker tells of them: 1 is itself and the controller, 3 is down. What a request lets move has moved
/// when it was asked about twice.</summary>
internal sealed class FakeCluster : IAsyncDisposable
{
    private const int QuestionsUntilMoved = 2;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentBag<Task> _clients = [];
    private readonly CancellationTokenSource _end = new();
    private readonly Lock _state = new();
    private readonly Task _accepting;
    private int? _questions;

    public FakeCluster()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public string Bootstrap => $"127.0.0.1:{Port}";

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>The only replica of each partition.</summary>
    public Dictionary<(string Topic, int Partition), int> Partitions { get; } = [];

    public Dictionary<(string Topic, int Partition), int> Moves { get; } = [];

    public HashSet<int> Draining { get; } = [];

    /// <summary>APIs that this broker does not have.</summary>
    public HashSet<ApiKey> Missing { get; } = [];

    /// <summary>What the next request to move or drain is refused with.</summary>
    public (ErrorCode Error, string Message)? Refusal { get; set; }

    /// <summary>Moves end without success.</summary>
    public bool LosesMoves { get; set; }

    public Task<CliRun> RunAsync(string line) => CliRun.OfAsync([.. line.Split(' '), "--bootstrap", Bootstrap]);

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Dispose();
        await _accepting;
        await Task.WhenAll(_clients);
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _clients.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_end.Token)));
        }
        catch (Exception ended) when (ended is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var connection = client;
        var stream = client.GetStream();
        var length = new byte[FrameReader.LengthBytes];
        try
        {
            while (await stream.ReadAtLeastAsync(length, length.Length, throwOnEndOfStream: false, _end.Token) == length.Length)
            {
                var frame = new byte[BinaryPrimitives.ReadInt32BigEndian(length)];
                await stream.ReadExactlyAsync(frame, _end.Token);
                await stream.WriteAsync(Answer(frame), _end.Token);
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or IOException)
        {
            // The client has gone, or the test is over.
        }
    }

    private byte[] Answer(byte[] frame)
    {
        var reader = new WireReader(frame);
        Assert.True(RequestHeader.TryRead(ref reader, out var header));
        var request = RequestDecoder.Decode(header, ref reader);
        lock (_state)
        {
            IResponse response = request switch
            {
                ApiVersionsRequest => Versions(),
                MetadataRequest m => Metadata(m),
                DescribeClusterRequest => Nodes(),
                DescribeConfigsRequest m => Settings(m),
                DescribeQuorumRequest => Quorum(),
                ListPartitionReassignmentsRequest => ListMoves(),
                AlterPartitionReassignmentsRequest m => Move(m),
                IncrementalAlterConfigsRequest m => Drain(m),
                _ => throw new InvalidOperationException($"{header.Key} is not expected"),
            };
            using var writer = new WireWriter();
            ResponseEncoder.Encode(writer, header.Key, header.Version, header.CorrelationId, response);
            return writer.ToArray();
        }
    }

    private ApiVersionsResponse Versions() => new()
    {
        ApiKeys = [.. ApiVersions.Advertise.Where(api => !Missing.Contains(api.Key)).Select(api => new ApiVersionsResponse.ApiVersion
        {
            ApiKey = (short)api.Key,
            MinVersion = api.Value.Min,
            MaxVersion = api.Value.Max,
        })],
    };

    private MetadataResponse Metadata(MetadataRequest request)
    {
        PassTime();
        var names = request.Topics?.Select(topic => topic.Name!) ?? Partitions.Keys.Select(partition => partition.Topic).Distinct();
        return new MetadataResponse
        {
            ClusterId = "fake",
            ControllerId = 1,
            Brokers = [new() { NodeId = 1, Host = "127.0.0.1", Port = Port }, new() { NodeId = 2, Host = "host-2", Port = 9092, Rack = "r2" }],
            Topics = [.. names.Select(Topic)],
        };
    }

    private MetadataResponse.MetadataResponseTopic Topic(string name)
    {
        var partitions = Partitions.Where(partition => partition.Key.Topic == name).OrderBy(partition => partition.Key.Partition).ToArray();
        return new MetadataResponse.MetadataResponseTopic
        {
            Name = name,
            ErrorCode = (short)(partitions.Length == 0 ? ErrorCode.UnknownTopicOrPartition : ErrorCode.None),
            TopicId = new Guid("00000000-0000-0000-0000-000000000007"),
            Partitions = [.. partitions.Select(partition => new MetadataResponse.MetadataResponsePartition
            {
                PartitionIndex = partition.Key.Partition,
                LeaderId = partition.Value == 3 ? -1 : partition.Value,
                LeaderEpoch = 4,
                ErrorCode = (short)(partition.Value == 3 ? ErrorCode.LeaderNotAvailable : ErrorCode.None),
                ReplicaNodes = [partition.Value],
                IsrNodes = partition.Value == 3 ? [] : [partition.Value],
            })],
        };
    }

    private DescribeClusterResponse Nodes() => new()
    {
        ClusterId = "fake",
        ControllerId = 1,
        Brokers =
        [
            new() { BrokerId = 3, Host = "host-3", Port = 9093, IsFenced = true },
            new() { BrokerId = 1, Host = "127.0.0.1", Port = Port },
            new() { BrokerId = 2, Host = "host-2", Port = 9092, Rack = "r2" },
        ],
    };

    private DescribeConfigsResponse Settings(DescribeConfigsRequest request) => new()
    {
        Results = [.. request.Resources.Select(resource => new DescribeConfigsResponse.DescribeConfigsResult
        {
            ResourceType = resource.ResourceType,
            ResourceName = resource.ResourceName,
            Configs = resource.ResourceType == 4
                ? [new() { Name = "broker.drain", Value = Draining.Contains(int.Parse(resource.ResourceName)) ? "true" : "false", ConfigSource = 2 }]
                : [new() { Name = "retention.ms", Value = "5", ConfigSource = 1 }, new() { Name = "segment.bytes", Value = "9", ConfigSource = 5 }],
        })],
    };

    private static DescribeQuorumResponse Quorum() => new()
    {
        Topics =
        [
            new()
            {
                TopicName = "__cluster_metadata",
                Partitions =
                [
                    new()
                    {
                        LeaderId = 1,
                        LeaderEpoch = 7,
                        HighWatermark = 41,
                        CurrentVoters = [new() { ReplicaId = 2, LogEndOffset = 40 }, new() { ReplicaId = 1, LogEndOffset = 42 }],
                        Observers = [new() { ReplicaId = 3, LogEndOffset = 12 }],
                    },
                ],
            },
        ],
    };

    private ListPartitionReassignmentsResponse ListMoves()
    {
        PassTime();
        return new ListPartitionReassignmentsResponse
        {
            Topics = [.. Moves.GroupBy(move => move.Key.Topic).Select(topic => new ListPartitionReassignmentsResponse.OngoingTopicReassignment
            {
                Name = topic.Key,
                Partitions = [.. topic.Select(move => new ListPartitionReassignmentsResponse.OngoingPartitionReassignment
                {
                    PartitionIndex = move.Key.Partition,
                    Replicas = [Partitions[move.Key], move.Value],
                    AddingReplicas = [move.Value],
                    RemovingReplicas = [Partitions[move.Key]],
                })],
            })],
        };
    }

    private AlterPartitionReassignmentsResponse Move(AlterPartitionReassignmentsRequest request)
    {
        var response = new AlterPartitionReassignmentsResponse();
        foreach (var topic in request.Topics)
        {
            var answers = new AlterPartitionReassignmentsResponse.ReassignableTopicResponse { Name = topic.Name };
            response.Responses.Add(answers);
            foreach (var partition in topic.Partitions)
            {
                var refusal = Refusal;
                answers.Partitions.Add(new() { PartitionIndex = partition.PartitionIndex, ErrorCode = (short)(refusal?.Error ?? 0), ErrorMessage = refusal?.Message });
                if (refusal is not null) continue;
                if (partition.Replicas is [var to]) Moves[(topic.Name, partition.PartitionIndex)] = to;
                else Moves.Remove((topic.Name, partition.PartitionIndex));
            }
        }

        _questions = 0;
        return response;
    }

    private IncrementalAlterConfigsResponse Drain(IncrementalAlterConfigsRequest request)
    {
        var resource = request.Resources.Single();
        var setting = resource.Configs.Single();
        Assert.Equal(("broker.drain", (sbyte)4), (setting.Name, resource.ResourceType));
        var node = int.Parse(resource.ResourceName);
        if (Refusal is null && setting.Value == "true")
        {
            Draining.Add(node);
            foreach (var partition in Partitions.Where(partition => partition.Value == node).Select(partition => partition.Key)) Moves[partition] = node == 1 ? 2 : 1;
            _questions = 0;
        }
        else
        {
            Draining.Remove(node);
        }

        return new IncrementalAlterConfigsResponse
        {
            Responses = [new() { ResourceType = 4, ResourceName = resource.ResourceName, ErrorCode = (short)(Refusal?.Error ?? 0), ErrorMessage = Refusal?.Message }],
        };
    }

    /// <summary>Moves what shall move, once it was asked about often enough.</summary>
    private void PassTime()
    {
        if (_questions is null || _questions++ < QuestionsUntilMoved) return;
        _questions = null;
        foreach (var (partition, to) in Moves)
        {
            if (!LosesMoves) Partitions[partition] = to;
        }

        Moves.Clear();
    }
}
