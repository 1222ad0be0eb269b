using ActorBroker.Groups;
using ActorBroker.Kafka;
using ActorBroker.Kafka.Messages;

namespace ActorBroker.Sessions.Handlers;

/// <summary>A consumer becomes, or stays, a member of its group. The answer comes when the other members have rejoined.</summary>
internal sealed class JoinGroupHandler() : RequestHandler<JoinGroupRequest>(ApiKey.JoinGroup, 0, 9)
{
    private const short FirstVersionWithKnownMemberId = 4;
    private const short FirstVersionWithNullProtocol = 7;

    protected override void Handle(PendingRequest request, JoinGroupRequest body)
    {
        var version = request.Header.Version;
        var session = TimeSpan.FromMilliseconds(Math.Max(0, body.SessionTimeoutMs));
        var rebalance = body.RebalanceTimeoutMs > 0 ? TimeSpan.FromMilliseconds(body.RebalanceTimeoutMs) : session;
        var call = new GroupCall<JoinedGroup>(
            request,
            joined => Answer(joined, version),
            error => Answer(JoinedGroup.Refused(default, error, body.MemberId), version));
        call.Send(
            new JoinGroup(
                request.Part(0),
                body.GroupId,
                body.MemberId,
                body.GroupInstanceId,
                request.Header.ClientId ?? "",
                request.Client,
                body.ProtocolType,
                [.. body.Protocols.Select(protocol => new GroupProtocol(protocol.Name, protocol.Metadata.ToArray()))],
                session,
                rebalance,
                MustKnowMemberId: version >= FirstVersionWithKnownMemberId),
            rebalance);
    }

    private static JoinGroupResponse Answer(JoinedGroup joined, short version)
    {
        var response = new JoinGroupResponse
        {
            ErrorCode = (short)joined.Error.ToErrorCode(),
            GenerationId = joined.Generation,
            ProtocolType = joined.ProtocolType,
            ProtocolName = joined.ProtocolName ?? (version < FirstVersionWithNullProtocol ? "" : null),
            Leader = joined.LeaderId,
            MemberId = joined.MemberId,
        };
        foreach (var member in joined.Members)
        {
            response.Members.Add(new() { MemberId = member.MemberId, GroupInstanceId = member.InstanceId, Metadata = member.Metadata });
        }

        return response;
    }
}
