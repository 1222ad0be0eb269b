using ActorBroker.Groups;
using ActorBroker.Kafka;
using ActorBroker.Kafka.Messages;

namespace ActorBroker.Sessions.Handlers;

/// <summary>Tells which groups there are, by state (version 4) and type (version 5) where asked for.</summary>
internal sealed class ListGroupsHandler() : RequestHandler<ListGroupsRequest>(ApiKey.ListGroups, 0, 5)
{
    private const string ClassicType = "classic";

    protected override void Handle(PendingRequest request, ListGroupsRequest body)
    {
        var call = new Call(request, body);
        call.Start();
    }

    private sealed class Call(PendingRequest request, ListGroupsRequest body) : GatherCall(request)
    {
        private readonly ListGroupsResponse _response = new();

        protected override IResponse Response => _response;

        public void Start()
        {
            Ask(0, Request.Node.Groups, new ListGroups(Request.Part(0)));
            AnswerWhenAllReplied();
        }

        protected override void Take(int part, IReply reply)
        {
            if (reply is not GroupsListed listed)
            {
                _response.ErrorCode = (short)ErrorCode.CoordinatorNotAvailable;
                return;
            }

            _response.ErrorCode = (short)listed.Error.ToErrorCode();
            foreach (var group in listed.Groups)
            {
                if (Fits(body.StatesFilter, group.State) && Fits(body.TypesFilter, ClassicType))
                {
                    _response.Groups.Add(new() { GroupId = group.GroupId, ProtocolType = group.ProtocolType, GroupState = group.State, GroupType = ClassicType });
                }
            }
        }

        protected override void TimedOut(int part) => _response.ErrorCode = (short)ErrorCode.CoordinatorNotAvailable;

        private static bool Fits(List<string> filter, string value) => filter.Count == 0 || filter.Contains(value, StringComparer.OrdinalIgnoreCase);
    }
}
