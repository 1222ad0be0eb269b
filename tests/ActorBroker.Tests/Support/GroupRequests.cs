using ActorBroker.Kafka;
using ActorBroker.Kafka.Messages;

namespace ActorBroker.Tests.Support;

/// <summary>What members of a group say, in few words.</summary>
internal static class GroupRequests
{
    public static async Task FindCoordinatorAsync(this KafkaClient client)
    {
        var answer = await client.AskAsync<FindCoordinatorResponse>(new FindCoordinatorRequest { Key = "any" }, 2);
        Assert.Equal(0, answer.ErrorCode);
    }

    /// <summary>Joins as a new member, in two steps where the version asks for it. Metadata is one byte, 5.</summary>
    public static async Task<JoinGroupResponse> JoinAsync(this KafkaClient client, string group, short version)
    {
        var request = new JoinGroupRequest
        {
            GroupId = group,
            SessionTimeoutMs = 30_000,
            RebalanceTimeoutMs = 30_000,
            ProtocolType = "consumer",
            Protocols = [new() { Name = "range", Metadata = new byte[] { 5 } }],
        };
        var answer = await client.AskAsync<JoinGroupResponse>(request, version);
        if (version >= 4)
        {
            Assert.Equal(ErrorCode.MemberIdRequired, (ErrorCode)answer.ErrorCode);
            request.MemberId = answer.MemberId;
            answer = await client.AskAsync<JoinGroupResponse>(request, version);
        }

        Assert.Equal(ErrorCode.None, (ErrorCode)answer.ErrorCode);
        return answer;
    }

    /// <summary>The only member hands in its own assignment: one byte, 6.</summary>
    public static SyncGroupRequest Sync(string group, JoinGroupResponse joined) => new()
    {
        GroupId = group,
        GenerationId = joined.GenerationId,
        MemberId = joined.MemberId,
        ProtocolType = "consumer",
        ProtocolName = "range",
        Assignments = [new() { MemberId = joined.MemberId, Assignment = new byte[] { 6 } }],
    };

    public static HeartbeatRequest Heartbeat(string group, JoinGroupResponse joined) =>
        new() { GroupId = group, GenerationId = joined.GenerationId, MemberId = joined.MemberId };

    /// <summary>A commit by a consumer that is no member.</summary>
    public static OffsetCommitRequest Commit(string group, string topic, params (int Partition, long Offset)[] offsets) => new()
    {
        GroupId = group,
        GenerationIdOrMemberEpoch = -1,
        Topics = [new() { Name = topic, Partitions = [.. offsets.Select(offset => new OffsetCommitRequest.OffsetCommitRequestPartition { PartitionIndex = offset.Partition, CommittedOffset = offset.Offset })] }],
    };

    /// <summary>Positions of these partitions, or of all when <paramref name="topic"/> is null; without an error.</summary>
    public static async Task<List<(int Partition, long Offset)>> FetchOffsetsAsync(this KafkaClient client, string group, short version, string? topic, params int[] partitions)
    {
        var request = version < 8
            ? new OffsetFetchRequest { GroupId = group, Topics = topic is null ? null : [new() { Name = topic, PartitionIndexes = [.. partitions] }] }
            : new OffsetFetchRequest { Groups = [new() { GroupId = group, Topics = topic is null ? null : [new() { Name = topic, PartitionIndexes = [.. partitions] }] }] };
        var answer = await client.AskAsync<OffsetFetchResponse>(request, version);
        Assert.Equal(0, answer.ErrorCode);
        return version < 8
            ? [.. answer.Topics.SelectMany(each => each.Partitions).Select(each => (each.PartitionIndex, each.CommittedOffset))]
            : [.. answer.Groups[0].Topics.SelectMany(each => each.Partitions).Select(each => (each.PartitionIndex, each.CommittedOffset))];
    }
}
