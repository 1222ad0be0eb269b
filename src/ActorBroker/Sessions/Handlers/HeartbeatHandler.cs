using ActorBroker.Groups;
using ActorBroker.Kafka;
using ActorBroker.Kafka.Messages;

namespace ActorBroker.Sessions.Handlers;

/// <summary>A member says that it is alive, and hears whether it must rejoin.</summary>
internal sealed class HeartbeatHandler() : RequestHandler<HeartbeatRequest>(ApiKey.Heartbeat, 0, 4)
{
    protected override void Handle(PendingRequest request, HeartbeatRequest body) =>
        new GroupCall<GroupAnswered>(request, answered => Answer(answered.Error), Answer)
            .Send(new GroupHeartbeat(request.Part(0), body.GroupId, body.GenerationId, body.MemberId, body.GroupInstanceId));

    private static HeartbeatResponse Answer(GroupError error) => new() { ErrorCode = (short)error.ToErrorCode() };
}
