using ActorBroker.Groups;
using ActorBroker.Kafka;
using ActorBroker.Kafka.Messages;

namespace ActorBroker.Sessions.Handlers;

/// <summary>Forgets groups without members, with their positions.</summary>
internal sealed class DeleteGroupsHandler() : RequestHandler<DeleteGroupsRequest>(ApiKey.DeleteGroups, 0, 2)
{
    protected override void Handle(PendingRequest request, DeleteGroupsRequest body) => new Call(request).Start(body);

    private sealed class Call(PendingRequest request) : GatherCall(request)
    {
        private readonly DeleteGroupsResponse _response = new();

        protected override IResponse Response => _response;

        public void Start(DeleteGroupsRequest body)
        {
            foreach (var group in body.GroupsNames)
            {
                var part = _response.Results.Count;
                _response.Results.Add(new() { GroupId = group });
                Ask(part, Request.Node.Groups, new DeleteGroup(Request.Part(part), group));
            }

            AnswerWhenAllReplied();
        }

        protected override void Take(int part, IReply reply) => _response.Results[part].ErrorCode = (short)(reply switch
        {
            GroupAnswered answered => answered.Error,
            GroupRefused refused => refused.Error,
            _ => GroupError.CoordinatorNotAvailable,
        }).ToErrorCode();

        protected override void TimedOut(int part) => _response.Results[part].ErrorCode = (short)ErrorCode.CoordinatorNotAvailable;
    }
}
