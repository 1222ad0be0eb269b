using System.Collections.Immutable;
using ActorBroker.Controller;
using ActorBroker.Kafka;
using ActorBroker.Kafka.Messages;
using ActorBroker.Messages;

namespace ActorBroker.Sessions.Handlers;

/// <summary>Gives topics more partitions.</summary>
internal sealed class CreatePartitionsHandler() : RequestHandler<CreatePartitionsRequest>(ApiKey.CreatePartitions, 0, 3)
{
    protected override void Handle(PendingRequest request, CreatePartitionsRequest body) => new Call(request).Start(body);

    private sealed class Call(PendingRequest request) : GatherCall(request)
    {
        private readonly CreatePartitionsResponse _response = new();

        protected override IResponse Response => _response;

        public void Start(CreatePartitionsRequest body)
        {
            var timeout = TimeSpan.FromMilliseconds(Math.Clamp(body.TimeoutMs, 1, Request.Node.Settings.RequestTimeout.TotalMilliseconds));
            foreach (var topic in body.Topics)
            {
                var part = _response.Results.Count;
                _response.Results.Add(new CreatePartitionsResponse.CreatePartitionsTopicResult { Name = topic.Name });
                ImmutableArray<ImmutableArray<NodeId>> assignment =
                    [.. (topic.Assignments ?? []).Select(replicas => replicas.BrokerIds.Select(id => new NodeId(id)).ToImmutableArray())];
                Ask(part, Request.Node.Metadata.Controller, new CreatePartitions(Request.Part(part), topic.Name, topic.Count, assignment, body.ValidateOnly, timeout));
            }

            AnswerWhenAllReplied(timeout + TimeSpan.FromSeconds(1));
        }

        protected override void Take(int part, IReply reply)
        {
            if (reply is ControllerRefused refused)
            {
                _response.Results[part].ErrorCode = (short)refused.Error.ToErrorCode();
                _response.Results[part].ErrorMessage = refused.Message;
            }
        }

        protected override void TimedOut(int part) => _response.Results[part].ErrorCode = (short)ErrorCode.RequestTimedOut;
    }
}
