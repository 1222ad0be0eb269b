using ActorBroker.Controller;
using ActorBroker.Groups;
using ActorBroker.Kafka;
using ActorBroker.Kafka.Messages;

namespace ActorBroker.Sessions.Handlers;

/// <summary>Tells who coordinates a consumer group. The first question makes the topic that keeps the groups' offsets.</summary>
internal sealed class FindCoordinatorHandler() : RequestHandler<FindCoordinatorRequest>(ApiKey.FindCoordinator, 0, 5)
{
    private const short FirstVersionWithManyKeys = 4;
    private const sbyte Group = 0;

    protected override void Handle(PendingRequest request, FindCoordinatorRequest body) => new Call(request, body).Start();

    private sealed class Call(PendingRequest request, FindCoordinatorRequest body) : GatherCall(request)
    {
        private FindCoordinatorResponse _response = new();

        protected override IResponse Response => _response;

        public void Start()
        {
            if (body.KeyType == Group)
            {
                Ask(0, Request.Node.Groups, new PrepareCoordinator(Request.Part(0)));
            }
            else
            {
                // Not a code that clients retry: they would try for ever.
                _response = Answer(ErrorCode.TransactionalIdAuthorizationFailed, "transactions are not available in this version");
            }

            AnswerWhenAllReplied();
        }

        protected override void Take(int part, IReply reply) => _response = reply is CoordinatorReady
            ? Answer(ErrorCode.None, null)
            : Answer(ErrorCode.CoordinatorNotAvailable, "the offsets topic cannot be made");

        protected override void TimedOut(int part) => _response = Answer(ErrorCode.CoordinatorNotAvailable, "the offsets topic is not ready yet");

        private FindCoordinatorResponse Answer(ErrorCode error, string? message)
        {
            var node = error == ErrorCode.None ? Request.Node.Metadata.Current.Nodes[Request.Node.Node] : new NodeImage(Messages.NodeId.None, "", -1, null);
            if (Request.Header.Version < FirstVersionWithManyKeys)
            {
                return new FindCoordinatorResponse
                {
                    ErrorCode = (short)error,
                    ErrorMessage = message,
                    NodeId = node.Id.Value,
                    Host = node.Host,
                    Port = node.Port,
                };
            }

            var response = new FindCoordinatorResponse();
            foreach (var key in body.CoordinatorKeys)
            {
                response.Coordinators.Add(new()
                {
                    Key = key,
                    ErrorCode = (short)error,
                    ErrorMessage = message,
                    NodeId = node.Id.Value,
                    Host = node.Host,
                    Port = node.Port,
                });
            }

            return response;
        }
    }
}
