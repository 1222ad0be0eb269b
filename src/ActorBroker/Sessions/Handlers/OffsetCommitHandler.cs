using System.Collections.Immutable;
using ActorBroker.Groups;
using ActorBroker.Kafka;
using ActorBroker.Kafka.Messages;
using ActorBroker.Log;
using ActorBroker.Messages;

namespace ActorBroker.Sessions.Handlers;

/// <summary>A consumer stores its positions.</summary>
internal sealed class OffsetCommitHandler() : RequestHandler<OffsetCommitRequest>(ApiKey.OffsetCommit, 2, 9)
{
    protected override void Handle(PendingRequest request, OffsetCommitRequest body)
    {
        var now = request.Node.Clock.GetUtcNow().ToUnixTimeMilliseconds();
        var image = request.Node.Metadata.Current;
        var wanted = body.Topics.SelectMany(topic => topic.Partitions.Select(partition => (
            Partition: new TopicPartition(topic.Name, partition.PartitionIndex),
            Offset: new CommittedOffset(
                new Offset(partition.CommittedOffset), new LeaderEpoch(partition.CommittedLeaderEpoch), partition.CommittedMetadata ?? "", now)))).ToArray();
        var isKnown = wanted.Select(offset =>
            image.Partition(offset.Partition) is not null).ToArray();
        var known = wanted.Where((_, i) => isKnown[i]).ToImmutableArray();
        new GroupCall<OffsetsCommitted>(
            request,
            committed => Answer(body, isKnown, committed.Outcomes),
            error => Answer(body, isKnown, [.. known.Select(_ => error)]))
            .Send(new CommitOffsets(request.Part(0), body.GroupId, body.GenerationIdOrMemberEpoch, body.MemberId, body.GroupInstanceId, known));
    }

    private static OffsetCommitResponse Answer(OffsetCommitRequest body, bool[] isKnown, ImmutableArray<GroupError> outcomes)
    {
        var response = new OffsetCommitResponse();
        var (i, next) = (0, 0);
        foreach (var topic in body.Topics)
        {
            var topicAnswer = new OffsetCommitResponse.OffsetCommitResponseTopic { Name = topic.Name };
            response.Topics.Add(topicAnswer);
            foreach (var partition in topic.Partitions)
            {
                var error = isKnown[i++] ? outcomes[next++] : GroupError.UnknownPartition;
                topicAnswer.Partitions.Add(new() { PartitionIndex = partition.PartitionIndex, ErrorCode = (short)error.ToErrorCode() });
            }
        }

        return response;
    }
}
