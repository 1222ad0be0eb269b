using ActorBroker.Groups;
using ActorBroker.Kafka;
using ActorBroker.Kafka.Messages;

namespace ActorBroker.Sessions.Handlers;

/// <summary>Tells tools about groups and their members.</summary>
internal sealed class DescribeGroupsHandler() : RequestHandler<DescribeGroupsRequest>(ApiKey.DescribeGroups, 0, 5)
{
    protected override void Handle(PendingRequest request, DescribeGroupsRequest body) => new Call(request).Start(body);

    private sealed class Call(PendingRequest request) : GatherCall(request)
    {
        private readonly DescribeGroupsResponse _response = new();

        protected override IResponse Response => _response;

        public void Start(DescribeGroupsRequest body)
        {
            foreach (var group in body.Groups)
            {
                var part = _response.Groups.Count;
                _response.Groups.Add(new() { GroupId = group });
                Ask(part, Request.Node.Groups, new DescribeGroup(Request.Part(part), group));
            }

            AnswerWhenAllReplied();
        }

        protected override void Take(int part, IReply reply)
        {
            var answer = _response.Groups[part];
            if (reply is not GroupDescribed described)
            {
                answer.ErrorCode = (short)((reply as GroupRefused)?.Error ?? GroupError.CoordinatorNotAvailable).ToErrorCode();
                return;
            }

            answer.GroupState = described.State;
            answer.ProtocolType = described.ProtocolType;
            answer.ProtocolData = described.ProtocolName;
            foreach (var member in described.Members)
            {
                answer.Members.Add(new()
                {
                    MemberId = member.MemberId,
                    GroupInstanceId = member.InstanceId,
                    ClientId = member.ClientId,
                    ClientHost = member.ClientHost,
                    MemberMetadata = member.Metadata,
                    MemberAssignment = member.Assignment,
                });
            }
        }

        protected override void TimedOut(int part) => _response.Groups[part].ErrorCode = (short)ErrorCode.CoordinatorNotAvailable;
    }
}
