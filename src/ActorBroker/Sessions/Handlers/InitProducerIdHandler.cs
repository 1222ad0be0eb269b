using ActorBroker.Controller;
using ActorBroker.Kafka;
using ActorBroker.Kafka.Messages;

namespace ActorBroker.Sessions.Handlers;

/// <summary>Gives an idempotent producer its id: a fresh one each time (KIP-98).</summary>
internal sealed class InitProducerIdHandler() : RequestHandler<InitProducerIdRequest>(ApiKey.InitProducerId, 0, 5)
{
    protected override void Handle(PendingRequest request, InitProducerIdRequest body)
    {
        if (body.TransactionalId is not null)
        {
            // There is no transaction coordinator: FindCoordinator said so before.
            request.Reply(Refusal(ErrorCode.TransactionalIdAuthorizationFailed));
            return;
        }

        new Call(request).Start();
    }

    private static InitProducerIdResponse Refusal(ErrorCode error) => new() { ErrorCode = (short)error, ProducerId = -1, ProducerEpoch = -1 };

    private sealed class Call(PendingRequest request) : GatherCall(request)
    {
        private InitProducerIdResponse _response = Refusal(ErrorCode.RequestTimedOut);

        protected override IResponse Response => _response;

        public void Start()
        {
            Ask(0, Request.Node.Metadata.Controller, new ReserveProducerId(Request.Part(0)));
            AnswerWhenAllReplied();
        }

        protected override void Take(int part, IReply reply)
        {
            if (reply is ProducerIdReserved reserved)
            {
                _response = new InitProducerIdResponse { ProducerId = reserved.ProducerId, ProducerEpoch = 0 };
            }
        }

        protected override void TimedOut(int part)
        {
        }
    }
}
