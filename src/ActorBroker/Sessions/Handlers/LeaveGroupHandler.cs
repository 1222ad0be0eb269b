using System.Collections.Immutable;
using ActorBroker.Groups;
using ActorBroker.Kafka;
using ActorBroker.Kafka.Messages;

namespace ActorBroker.Sessions.Handlers;

/// <summary>Members leave their group: one up to version 2, several from version 3 on.</summary>
internal sealed class LeaveGroupHandler() : RequestHandler<LeaveGroupRequest>(ApiKey.LeaveGroup, 0, 5)
{
    private const short FirstVersionWithManyMembers = 3;

    protected override void Handle(PendingRequest request, LeaveGroupRequest body)
    {
        var isMany = request.Header.Version >= FirstVersionWithManyMembers;
        ImmutableArray<LeavingMember> members = isMany
            ? [.. body.Members.Select(member => new LeavingMember(member.MemberId, member.GroupInstanceId))]
            : [new LeavingMember(body.MemberId, null)];
        new GroupCall<LeftGroup>(request, left => Answer(left, members, isMany), error => new LeaveGroupResponse { ErrorCode = (short)error.ToErrorCode() })
            .Send(new LeaveGroup(request.Part(0), body.GroupId, members));
    }

    private static LeaveGroupResponse Answer(LeftGroup left, ImmutableArray<LeavingMember> members, bool isMany)
    {
        if (!isMany)
        {
            var error = left.Error != GroupError.None ? left.Error : left.Members[0];
            return new LeaveGroupResponse { ErrorCode = (short)error.ToErrorCode() };
        }

        var response = new LeaveGroupResponse { ErrorCode = (short)left.Error.ToErrorCode() };
        for (var i = 0; i < members.Length; i++)
        {
            response.Members.Add(new()
            {
                MemberId = members[i].MemberId,
                GroupInstanceId = members[i].InstanceId,
                ErrorCode = (short)left.Members[i].ToErrorCode(),
            });
        }

        return response;
    }
}
