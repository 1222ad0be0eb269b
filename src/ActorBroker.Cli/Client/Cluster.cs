using ActorBroker.Kafka;
using ActorBroker.Kafka.Messages;

namespace ActorBroker.Cli.Client;

/// <summary>The brokers: who they are, who leads what, and a connection to each that was needed.</summary>
/// <remarks>Any thread.</remarks>
internal sealed class Cluster(IReadOnlyList<BrokerAddress> bootstrap, ClientOptions options) : IAsyncDisposable
{
    private readonly SemaphoreSlim _connecting = new(1);
    private readonly Dictionary<BrokerAddress, KafkaConnection> _connections = [];
    private volatile IReadOnlyDictionary<int, BrokerAddress> _nodes = new Dictionary<int, BrokerAddress>();
    private volatile int _controller = -1;

    public ClientOptions Options { get; } = options;

    /// <summary>A connection to whichever broker answers: one that is open, else the bootstrap list in its order, else the others known.</summary>
    /// <exception cref="CliException">None answers.</exception>
    public async Task<KafkaConnection> ToAnyAsync(CancellationToken cancellationToken)
    {
        ConnectionException? failure = null;
        foreach (var address in bootstrap.Concat(_nodes.Values).Distinct().OrderByDescending(IsOpen))
        {
            try
            {
                return await ToAsync(address, cancellationToken);
            }
            catch (ConnectionException cause)
            {
                failure ??= cause;
            }
        }

        throw new NoBrokerException(bootstrap, failure!);
    }

    /// <summary>A connection to a node of the last metadata.</summary>
    /// <exception cref="ConnectionException">The node is not known or does not answer.</exception>
    public Task<KafkaConnection> ToNodeAsync(int node, CancellationToken cancellationToken) =>
        _nodes.TryGetValue(node, out var address)
            ? ToAsync(address, cancellationToken)
            : throw new ConnectionException(bootstrap[0], $"the cluster's metadata has no node {node}");

    /// <summary>A connection to the controller, or to any broker while none is known.</summary>
    public async Task<KafkaConnection> ToControllerAsync(CancellationToken cancellationToken)
    {
        await MetadataAsync([], cancellationToken);
        return _controller >= 0 && _nodes.ContainsKey(_controller)
            ? await ToNodeAsync(_controller, cancellationToken)
            : await ToAnyAsync(cancellationToken);
    }

    /// <summary>Asks the controller, again while it is another one by now.</summary>
    /// <param name="errorOf">The error that says so.</param>
    public async Task<TResponse> AskControllerAsync<TResponse>(IRequest request, Func<TResponse, short> errorOf, CancellationToken cancellationToken)
        where TResponse : IResponse
    {
        var backoff = new Backoff(Options.Clock, Options.RequestTimeout);
        while (true)
        {
            var connection = await ToControllerAsync(cancellationToken);
            var response = await connection.AskAsync<TResponse>(request, cancellationToken);
            var mayTryAgain = (ErrorCode)errorOf(response) is ErrorCode.NotController or ErrorCode.CoordinatorNotAvailable or ErrorCode.ThrottlingQuotaExceeded;
            if (!mayTryAgain || !await backoff.WaitAsync(cancellationToken)) return response;
        }
    }

    /// <summary>Asks for the metadata of topics; null: of all.</summary>
    /// <param name="mayCreate">Brokers that create topics by themselves create those that are missing.</param>
    public async Task<MetadataResponse> MetadataAsync(IReadOnlyList<string>? topics, CancellationToken cancellationToken, bool mayCreate = false)
    {
        var connection = await ToAnyAsync(cancellationToken);
        var request = new MetadataRequest
        {
            Topics = topics?.Select(name => new MetadataRequest.MetadataRequestTopic { Name = name }).ToList(),
            AllowAutoTopicCreation = mayCreate,
        };
        var response = await connection.AskAsync<MetadataResponse>(request, cancellationToken);
        _nodes = response.Brokers.ToDictionary(node => node.NodeId, node => new BrokerAddress(node.Host, node.Port));
        _controller = response.ControllerId;
        return response;
    }

    /// <summary>A topic as it is now. Waits a while for a topic that was just created to get its leaders.</summary>
    /// <exception cref="CliException">There is no such topic.</exception>
    public async Task<TopicInfo> TopicAsync(string name, CancellationToken cancellationToken, bool needsLeaders = true)
    {
        var backoff = new Backoff(Options.Clock, needsLeaders ? TimeSpan.FromSeconds(5) : TimeSpan.Zero);
        while (true)
        {
            var response = await MetadataAsync([name], cancellationToken);
            var topic = response.Topics.Single();
            var error = (ErrorCode)topic.ErrorCode;
            var isWhole = error == ErrorCode.None && topic.Partitions.Count > 0 && (!needsLeaders || topic.Partitions.All(partition => partition.LeaderId >= 0));
            if (isWhole) return From(topic);
            if (error == ErrorCode.UnknownTopicOrPartition) throw new CliException($"topic '{name}' does not exist: create it with `topics create {name}`, or see `topics list`");
            if (error is not (ErrorCode.None or ErrorCode.LeaderNotAvailable)) throw new KafkaErrorException(error, $"topic '{name}'");
            if (await backoff.WaitAsync(cancellationToken)) continue;
            return error == ErrorCode.None ? From(topic) : throw new KafkaErrorException(error, $"topic '{name}'");
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var connection in _connections.Values) await connection.DisposeAsync();
        _connecting.Dispose();
    }

    public static TopicInfo From(MetadataResponse.MetadataResponseTopic topic) => new(
        topic.Name ?? "",
        topic.TopicId,
        topic.IsInternal,
        [.. topic.Partitions.OrderBy(partition => partition.PartitionIndex).Select(partition => new PartitionInfo(
            partition.PartitionIndex, partition.LeaderId, partition.LeaderEpoch, partition.ReplicaNodes, partition.IsrNodes))]);

    private bool IsOpen(BrokerAddress address)
    {
        lock (_connections)
        {
            return _connections.TryGetValue(address, out var connection) && connection.IsUsable;
        }
    }

    private async Task<KafkaConnection> ToAsync(BrokerAddress address, CancellationToken cancellationToken)
    {
        await _connecting.WaitAsync(cancellationToken);
        try
        {
            KafkaConnection? connection;
            lock (_connections)
            {
                if (_connections.TryGetValue(address, out connection) && connection.IsUsable) return connection;
            }

            if (connection is not null) await connection.DisposeAsync();
            connection = await KafkaConnection.OpenAsync(address, Options, cancellationToken);
            lock (_connections)
            {
                _connections[address] = connection;
            }

            return connection;
        }
        finally
        {
            _connecting.Release();
        }
    }
}
