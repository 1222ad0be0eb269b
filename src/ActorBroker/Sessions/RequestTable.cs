using ActorBroker.Kafka;
using ActorBroker.Kafka.Messages;
using ActorBroker.Sessions.Handlers;

namespace ActorBroker.Sessions;

/// <summary>The APIs that are served, each by one handler. What is not in it is not advertised.</summary>
/// <remarks>Immutable; any thread. The version ranges are explained in the README of ActorBroker.Kafka.</remarks>
internal sealed class RequestTable
{
    private readonly RequestHandler?[] _byKey;

    public RequestTable(IEnumerable<RequestHandler> handlers)
    {
        var all = handlers.OrderBy(handler => handler.Key).ToArray();
        _byKey = new RequestHandler?[(int)all[^1].Key + 1];
        foreach (var handler in all)
        {
            Check.That(_byKey[(int)handler.Key] is null);
            _byKey[(int)handler.Key] = handler;
        }
    }

    /// <summary>The table of a node.</summary>
    public static RequestTable Default()
    {
        RequestTable? table = null;
        table = new RequestTable(
        [
            new ProduceHandler(),
            new FetchHandler(),
            new ListOffsetsHandler(),
            new MetadataHandler(),
            new OffsetForLeaderEpochHandler(),
            new FindCoordinatorHandler(),
            new ApiVersionsHandler(() => table!),
            new CreateTopicsHandler(),
            new DeleteTopicsHandler(),
            new DeleteRecordsHandler(),
            new CreatePartitionsHandler(),
            new DescribeConfigsHandler(),
            new AlterConfigsHandler(),
            new IncrementalAlterConfigsHandler(),
            new InitProducerIdHandler(),
            new DescribeClusterHandler(),
            new DescribeQuorumHandler(),
            new AlterPartitionReassignmentsHandler(),
            new ListPartitionReassignmentsHandler(),
            new JoinGroupHandler(),
            new SyncGroupHandler(),
            new HeartbeatHandler(),
            new LeaveGroupHandler(),
            new OffsetCommitHandler(),
            new OffsetFetchHandler(),
            new OffsetDeleteHandler(),
            new DescribeGroupsHandler(),
            new ListGroupsHandler(),
            new DeleteGroupsHandler(),
        ]);
        return table;
    }

    public RequestHandler? Find(ApiKey key) => (int)key >= 0 && (int)key < _byKey.Length ? _byKey[(int)key] : null;

    /// <summary>The answer to ApiVersions.</summary>
    public ApiVersionsResponse Describe(ErrorCode error)
    {
        var response = new ApiVersionsResponse { ErrorCode = (short)error };
        foreach (var handler in _byKey)
        {
            if (handler is not null)
            {
                response.ApiKeys.Add(new ApiVersionsResponse.ApiVersion
                {
                    ApiKey = (short)handler.Key,
                    MinVersion = handler.Min,
                    MaxVersion = handler.Max,
                });
            }
        }

        return response;
    }
}
