using System.Collections.Immutable;
using ActorBroker.Groups;
using ActorBroker.Kafka;
using ActorBroker.Kafka.Messages;

namespace ActorBroker.Sessions.Handlers;

/// <summary>A group's leader hands in the assignment, every member gets its own.</summary>
internal sealed class SyncGroupHandler() : RequestHandler<SyncGroupRequest>(ApiKey.SyncGroup, 0, 5)
{
    protected override void Handle(PendingRequest request, SyncGroupRequest body)
    {
        var call = new GroupCall<SyncedGroup>(request, Answer, error => Answer(SyncedGroup.Refused(default, error)));
        var assignments = ImmutableDictionary.CreateBuilder<string, byte[]>();
        foreach (var assignment in body.Assignments)
        {
            assignments[assignment.MemberId] = assignment.Assignment.ToArray();
        }

        call.Send(new SyncGroup(
            request.Part(0), body.GroupId, body.GenerationId, body.MemberId, body.GroupInstanceId, body.ProtocolType, body.ProtocolName, assignments.ToImmutable()));
    }

    private static SyncGroupResponse Answer(SyncedGroup synced) => new()
    {
        ErrorCode = (short)synced.Error.ToErrorCode(),
        ProtocolType = synced.ProtocolType,
        ProtocolName = synced.ProtocolName,
        Assignment = synced.Assignment,
    };
}
