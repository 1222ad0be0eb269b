using ActorBroker.Kafka;
using ActorBroker.Kafka.Messages;

namespace ActorBroker.Cli.Client;

/// <summary>Creates, changes and deletes topics; reads settings.</summary>
internal sealed class Admin(Cluster cluster)
{
    private const sbyte TopicResource = 2;
    private const sbyte SetOperation = 0;
    private const sbyte DeleteOperation = 1;

    private int TimeoutMs => (int)cluster.Options.RequestTimeout.TotalMilliseconds;

    /// <param name="partitions">−1: as the broker has it configured.</param>
    /// <param name="replicationFactor">−1: as the broker has it configured.</param>
    /// <returns>Partitions and replication factor of the new topic; −1 when the broker does not say.</returns>
    public async Task<(int Partitions, int ReplicationFactor)> CreateTopicAsync(
        string name, int partitions, short replicationFactor, IReadOnlyDictionary<string, string> configs, CancellationToken cancellationToken)
    {
        var request = new CreateTopicsRequest
        {
            TimeoutMs = TimeoutMs,
            Topics =
            [
                new()
                {
                    Name = name,
                    NumPartitions = partitions,
                    ReplicationFactor = replicationFactor,
                    Configs = [.. configs.Select(config => new CreateTopicsRequest.CreatableTopicConfig { Name = config.Key, Value = config.Value })],
                },
            ],
        };
        var result = await ToControllerAsync<CreateTopicsResponse, CreateTopicsResponse.CreatableTopicResult>(
            request, response => response.Topics.Single(), answer => answer.ErrorCode, cancellationToken);
        Throw(result.ErrorCode, $"topic '{name}' was not created", result.ErrorMessage);
        return (result.NumPartitions, result.ReplicationFactor);
    }

    public async Task DeleteTopicAsync(string name, CancellationToken cancellationToken)
    {
        var request = new DeleteTopicsRequest { TopicNames = [name], TimeoutMs = TimeoutMs };
        var result = await ToControllerAsync<DeleteTopicsResponse, DeleteTopicsResponse.DeletableTopicResult>(
            request, response => response.Responses.Single(), answer => answer.ErrorCode, cancellationToken);
        Throw(result.ErrorCode, $"topic '{name}' was not deleted", result.ErrorMessage);
    }

    /// <param name="total">How many partitions the topic shall have; more than now.</param>
    public async Task GrowTopicAsync(string name, int total, CancellationToken cancellationToken)
    {
        var request = new CreatePartitionsRequest { TimeoutMs = TimeoutMs, Topics = [new() { Name = name, Count = total, Assignments = null }] };
        var result = await ToControllerAsync<CreatePartitionsResponse, CreatePartitionsResponse.CreatePartitionsTopicResult>(
            request, response => response.Results.Single(), answer => answer.ErrorCode, cancellationToken);
        Throw(result.ErrorCode, $"topic '{name}' got no more partitions", result.ErrorMessage);
    }

    /// <param name="changes">Null as a value: back to the default.</param>
    public async Task AlterTopicAsync(string name, IReadOnlyDictionary<string, string?> changes, CancellationToken cancellationToken)
    {
        var configs = changes.Select(change => new IncrementalAlterConfigsRequest.AlterableConfig
        {
            Name = change.Key,
            Value = change.Value,
            ConfigOperation = change.Value is null ? DeleteOperation : SetOperation,
        });
        var request = new IncrementalAlterConfigsRequest { Resources = [new() { ResourceType = TopicResource, ResourceName = name, Configs = [.. configs] }] };
        var result = await ToControllerAsync<IncrementalAlterConfigsResponse, IncrementalAlterConfigsResponse.AlterConfigsResourceResponse>(
            request, response => response.Responses.Single(), answer => answer.ErrorCode, cancellationToken);
        Throw(result.ErrorCode, $"settings of topic '{name}' were not changed", result.ErrorMessage);
    }

    /// <summary>The settings of a topic; null when the broker does not tell settings.</summary>
    public async Task<IReadOnlyList<DescribeConfigsResponse.DescribeConfigsResourceResult>?> TopicConfigsAsync(string name, CancellationToken cancellationToken)
    {
        var connection = await cluster.ToAnyAsync(cancellationToken);
        if (!connection.Versions.Serves(ApiKey.DescribeConfigs)) return null;
        var request = new DescribeConfigsRequest { Resources = [new() { ResourceType = TopicResource, ResourceName = name, ConfigurationKeys = null }] };
        var response = await connection.AskAsync<DescribeConfigsResponse>(request, cancellationToken);
        var result = response.Results.Single();
        Throw(result.ErrorCode, $"settings of topic '{name}'", result.ErrorMessage);
        return [.. result.Configs.OrderBy(config => config.Name, StringComparer.Ordinal)];
    }

    private static void Throw(short error, string what, string? detail)
    {
        if (error != 0) throw new KafkaErrorException((ErrorCode)error, what, detail);
    }

    private async Task<TResult> ToControllerAsync<TResponse, TResult>(
        IRequest request, Func<TResponse, TResult> only, Func<TResult, short> errorOf, CancellationToken cancellationToken)
        where TResponse : IResponse =>
        only(await cluster.AskControllerAsync<TResponse>(request, response => errorOf(only(response)), cancellationToken));
}
