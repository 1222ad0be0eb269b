using ActorBroker.Controller;
using ActorBroker.Kafka;
using ActorBroker.Kafka.Messages;

namespace ActorBroker.Sessions.Handlers;

/// <summary>Deletes topics with their data, by name or (from version 6) by id.</summary>
internal sealed class DeleteTopicsHandler() : RequestHandler<DeleteTopicsRequest>(ApiKey.DeleteTopics, 0, 6)
{
    private const short FirstVersionWithTopicIds = 6;

    protected override void Handle(PendingRequest request, DeleteTopicsRequest body) => new Call(request).Start(body);

    private sealed class Call(PendingRequest request) : GatherCall(request)
    {
        private readonly DeleteTopicsResponse _response = new();

        protected override IResponse Response => _response;

        public void Start(DeleteTopicsRequest body)
        {
            var timeout = TimeSpan.FromMilliseconds(Math.Clamp(body.TimeoutMs, 1, Request.Node.Settings.RequestTimeout.TotalMilliseconds));
            if (Request.Header.Version >= FirstVersionWithTopicIds)
            {
                foreach (var topic in body.Topics)
                {
                    Delete(topic.Name, topic.TopicId, timeout);
                }
            }
            else
            {
                foreach (var name in body.TopicNames)
                {
                    Delete(name, Guid.Empty, timeout);
                }
            }

            AnswerWhenAllReplied(timeout + TimeSpan.FromSeconds(1));
        }

        protected override void Take(int part, IReply reply)
        {
            var answer = _response.Responses[part];
            if (reply is TopicGone gone)
            {
                answer.TopicId = gone.TopicId;
            }
            else if (reply is ControllerRefused refused)
            {
                answer.ErrorCode = (short)refused.Error.ToErrorCode();
                answer.ErrorMessage = refused.Message;
            }
        }

        protected override void TimedOut(int part) => _response.Responses[part].ErrorCode = (short)ErrorCode.RequestTimedOut;

        private void Delete(string? name, Guid topicId, TimeSpan timeout)
        {
            var answer = new DeleteTopicsResponse.DeletableTopicResult { Name = name, TopicId = topicId };
            _response.Responses.Add(answer);
            if (name is null)
            {
                if (Request.Node.Metadata.Current.Topic(topicId) is not { } topic)
                {
                    answer.ErrorCode = (short)ErrorCode.UnknownTopicId;
                    return;
                }

                name = answer.Name = topic.Name;
            }

            if (TopicNames.IsInternal(name))
            {
                answer.ErrorCode = (short)ErrorCode.InvalidTopicException;
                answer.ErrorMessage = $"{name} is the broker's own topic";
                return;
            }

            var part = _response.Responses.Count - 1;
            Ask(part, Request.Node.Metadata.Controller, new DeleteTopic(Request.Part(part), name, timeout));
        }
    }
}
