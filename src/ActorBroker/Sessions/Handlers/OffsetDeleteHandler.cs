using System.Collections.Immutable;
using ActorBroker.Groups;
using ActorBroker.Kafka;
using ActorBroker.Kafka.Messages;
using ActorBroker.Messages;

namespace ActorBroker.Sessions.Handlers;

/// <summary>Forgets single positions of a group without members.</summary>
internal sealed class OffsetDeleteHandler() : RequestHandler<OffsetDeleteRequest>(ApiKey.OffsetDelete, 0, 0)
{
    protected override void Handle(PendingRequest request, OffsetDeleteRequest body)
    {
        ImmutableArray<TopicPartition> partitions =
            [.. body.Topics.SelectMany(topic => topic.Partitions.Select(partition => new TopicPartition(topic.Name, partition.PartitionIndex)))];
        new GroupCall<OffsetsCommitted>(
            request,
            deleted => Answer(partitions, deleted.Outcomes),
            error => new OffsetDeleteResponse { ErrorCode = (short)error.ToErrorCode() })
            .Send(new DeleteOffsets(request.Part(0), body.GroupId, partitions));
    }

    private static OffsetDeleteResponse Answer(ImmutableArray<TopicPartition> partitions, ImmutableArray<GroupError> outcomes)
    {
        if (outcomes.Length > 0 && outcomes[0] == GroupError.GroupNotFound)
        {
            return new OffsetDeleteResponse { ErrorCode = (short)ErrorCode.GroupIdNotFound };
        }

        var response = new OffsetDeleteResponse();
        foreach (var topic in partitions.Zip(outcomes).GroupBy(pair => pair.First.Topic, StringComparer.Ordinal))
        {
            response.Topics.Add(new()
            {
                Name = topic.Key,
                Partitions = [.. topic.Select(pair => new OffsetDeleteResponse.OffsetDeleteResponsePartition
                {
                    PartitionIndex = pair.First.Partition,
                    ErrorCode = (short)pair.Second.ToErrorCode(),
                })],
            });
        }

        return response;
    }
}
