using ActorBroker.Groups;
using ActorBroker.Kafka;
using ActorBroker.Kafka.Messages;
using ActorBroker.Messages;
using CoordinatorAnswer = ActorBroker.Kafka.Messages.FindCoordinatorResponse.Coordinator;

namespace ActorBroker.Sessions.Handlers;

/// <summary>Tells who coordinates consumer groups. The first question makes the topic that keeps the groups' offsets.</summary>
internal sealed class FindCoordinatorHandler() : RequestHandler<FindCoordinatorRequest>(ApiKey.FindCoordinator, 0, 5)
{
    private const short FirstVersionWithManyKeys = 4;
    private const sbyte Group = 0;

    protected override void Handle(PendingRequest request, FindCoordinatorRequest body) => new Call(request, body).Start();

    private sealed class Call(PendingRequest request, FindCoordinatorRequest body) : GatherCall(request)
    {
        private readonly FindCoordinatorResponse _response = new();

        /// <summary>One for each key.</summary>
        private readonly List<CoordinatorAnswer> _answers = [];

        protected override IResponse Response => _response;

        private bool HasManyKeys => Request.Header.Version >= FirstVersionWithManyKeys;

        public void Start()
        {
            foreach (var key in HasManyKeys ? body.CoordinatorKeys : [body.Key])
            {
                var part = _answers.Count;
                _answers.Add(new CoordinatorAnswer { Key = key, Host = "" });
                if (body.KeyType == Group)
                {
                    Ask(part, Request.Node.Groups, new PrepareCoordinator(Request.Part(part), key));
                }
                else
                {
                    // Not a code that clients retry: they would try for ever.
                    Refuse(part, ErrorCode.TransactionalIdAuthorizationFailed, "transactions are not available in this version");
                }
            }

            AnswerWhenAllReplied();
        }

        protected override void Take(int part, IReply reply)
        {
            if (reply is CoordinatorReady ready && Request.Node.Metadata.Current.Nodes.GetValueOrDefault(ready.Coordinator) is { IsOnline: true } node)
            {
                (_answers[part].NodeId, _answers[part].Host, _answers[part].Port) = (node.Id.Value, node.Host, node.Port);
            }
            else
            {
                Refuse(part, ErrorCode.CoordinatorNotAvailable, reply is CoordinatorMissing missing ? missing.Reason : "the coordinator's node has just gone");
            }
        }

        protected override void TimedOut(int part) => Refuse(part, ErrorCode.CoordinatorNotAvailable, "the offsets topic is not ready yet");

        protected override void Finish()
        {
            if (HasManyKeys)
            {
                _response.Coordinators = _answers;
            }
            else
            {
                var only = _answers[0];
                (_response.ErrorCode, _response.ErrorMessage) = (only.ErrorCode, only.ErrorMessage);
                (_response.NodeId, _response.Host, _response.Port) = (only.NodeId, only.Host, only.Port);
            }

            base.Finish();
        }

        private void Refuse(int part, ErrorCode error, string message)
        {
            var answer = _answers[part];
            (answer.ErrorCode, answer.ErrorMessage) = ((short)error, message);
            (answer.NodeId, answer.Host, answer.Port) = (NodeId.None.Value, "", -1);
        }
    }
}
