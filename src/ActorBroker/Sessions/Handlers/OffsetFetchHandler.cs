using System.Collections.Immutable;
using ActorBroker.Groups;
using ActorBroker.Kafka;
using ActorBroker.Kafka.Messages;
using ActorBroker.Messages;

namespace ActorBroker.Sessions.Handlers;

/// <summary>A consumer asks for its stored positions: of one group up to version 7, of several from version 8 on.</summary>
internal sealed class OffsetFetchHandler() : RequestHandler<OffsetFetchRequest>(ApiKey.OffsetFetch, 1, 9)
{
    private const short FirstVersionWithManyGroups = 8;
    private const short FirstVersionWithTopLevelError = 2;

    protected override void Handle(PendingRequest request, OffsetFetchRequest body)
    {
        if (request.Header.Version >= FirstVersionWithManyGroups)
        {
            new ManyGroups(request).Start(body);
            return;
        }

        ImmutableArray<TopicPartition>? wanted = body.Topics is { } topics
            ? [.. topics.SelectMany(topic => topic.PartitionIndexes.Select(partition => new TopicPartition(topic.Name, partition)))]
            : null;
        new GroupCall<OffsetsFetched>(request, fetched => AnswerOne(fetched), error => RefuseOne(request, wanted ?? [], error))
            .Send(new FetchOffsets(request.Part(0), body.GroupId, wanted));
    }

    private static OffsetFetchResponse AnswerOne(OffsetsFetched fetched)
    {
        var response = new OffsetFetchResponse { ErrorCode = (short)fetched.Error.ToErrorCode() };
        foreach (var topic in fetched.Offsets.GroupBy(offset => offset.Partition.Topic, StringComparer.Ordinal))
        {
            response.Topics.Add(new()
            {
                Name = topic.Key,
                Partitions = [.. topic.Select(offset => new OffsetFetchResponse.OffsetFetchResponsePartition
                {
                    PartitionIndex = offset.Partition.Partition,
                    CommittedOffset = offset.Offset?.Offset.Value ?? -1,
                    CommittedLeaderEpoch = offset.Offset?.Epoch.Value ?? -1,
                    Metadata = offset.Offset?.Metadata ?? "",
                })],
            });
        }

        return response;
    }

    /// <summary>Version 1 has no place for an error but the partitions.</summary>
    private static OffsetFetchResponse RefuseOne(PendingRequest request, ImmutableArray<TopicPartition> wanted, GroupError error)
    {
        var response = AnswerOne(new OffsetsFetched(default, error, [.. wanted.Select(partition => (partition, (CommittedOffset?)null))]));
        if (request.Header.Version < FirstVersionWithTopLevelError)
        {
            foreach (var partition in response.Topics.SelectMany(topic => topic.Partitions))
            {
                partition.ErrorCode = (short)error.ToErrorCode();
            }
        }

        return response;
    }

    private sealed class ManyGroups(PendingRequest request) : GatherCall(request)
    {
        private readonly OffsetFetchResponse _response = new();

        protected override IResponse Response => _response;

        public void Start(OffsetFetchRequest body)
        {
            foreach (var group in body.Groups)
            {
                var part = _response.Groups.Count;
                _response.Groups.Add(new() { GroupId = group.GroupId });
                ImmutableArray<TopicPartition>? wanted = group.Topics is { } topics
                    ? [.. topics.SelectMany(topic => topic.PartitionIndexes.Select(partition => new TopicPartition(topic.Name, partition)))]
                    : null;
                Ask(part, Request.Node.Groups, new FetchOffsets(Request.Part(part), group.GroupId, wanted));
            }

            AnswerWhenAllReplied();
        }

        protected override void Take(int part, IReply reply)
        {
            var answer = _response.Groups[part];
            if (reply is not OffsetsFetched fetched)
            {
                answer.ErrorCode = (short)((reply as GroupRefused)?.Error ?? GroupError.CoordinatorNotAvailable).ToErrorCode();
                return;
            }

            answer.ErrorCode = (short)fetched.Error.ToErrorCode();
            foreach (var topic in fetched.Offsets.GroupBy(offset => offset.Partition.Topic, StringComparer.Ordinal))
            {
                answer.Topics.Add(new()
                {
                    Name = topic.Key,
                    Partitions = [.. topic.Select(offset => new OffsetFetchResponse.OffsetFetchResponsePartitions
                    {
                        PartitionIndex = offset.Partition.Partition,
                        CommittedOffset = offset.Offset?.Offset.Value ?? -1,
                        CommittedLeaderEpoch = offset.Offset?.Epoch.Value ?? -1,
                        Metadata = offset.Offset?.Metadata ?? "",
                    })],
                });
            }
        }

        protected override void TimedOut(int part) => _response.Groups[part].ErrorCode = (short)ErrorCode.CoordinatorNotAvailable;
    }
}
