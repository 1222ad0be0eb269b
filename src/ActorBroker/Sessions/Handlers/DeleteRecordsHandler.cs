using ActorBroker.Controller;
using ActorBroker.Kafka;
using ActorBroker.Kafka.Messages;
using ActorBroker.Log;
using ActorBroker.Messages;
using ActorBroker.Partitions;

namespace ActorBroker.Sessions.Handlers;

/// <summary>Forgets the oldest records of partitions, up to an offset (KIP-107).</summary>
internal sealed class DeleteRecordsHandler() : RequestHandler<DeleteRecordsRequest>(ApiKey.DeleteRecords, 0, 2)
{
    protected override void Handle(PendingRequest request, DeleteRecordsRequest body) => new Call(request).Start(body);

    private sealed class Call(PendingRequest request) : GatherCall(request)
    {
        private readonly List<DeleteRecordsResponse.DeleteRecordsPartitionResult> _answers = [];
        private readonly DeleteRecordsResponse _response = new();

        protected override IResponse Response => _response;

        public void Start(DeleteRecordsRequest body)
        {
            foreach (var topic in body.Topics)
            {
                var topicAnswer = new DeleteRecordsResponse.DeleteRecordsTopicResult { Name = topic.Name };
                _response.Topics.Add(topicAnswer);
                foreach (var partition in topic.Partitions)
                {
                    var answer = new DeleteRecordsResponse.DeleteRecordsPartitionResult { PartitionIndex = partition.PartitionIndex, LowWatermark = -1 };
                    topicAnswer.Partitions.Add(answer);
                    _answers.Add(answer);
                    var name = new TopicPartition(topic.Name, partition.PartitionIndex);
                    if (TopicNames.IsInternal(topic.Name))
                    {
                        answer.ErrorCode = (short)ErrorCode.InvalidTopicException;
                    }
                    else if (Request.Node.Partitions.Find(name) is { Fenced: null } route)
                    {
                        var part = _answers.Count - 1;
                        Ask(part, route.Actor, new DeleteRecords(Request.Part(part), new Offset(partition.Offset)));
                    }
                    else
                    {
                        answer.ErrorCode = (short)MissingRoute.ErrorFor(Request.Node, name);
                    }
                }
            }

            AnswerWhenAllReplied();
        }

        protected override void Take(int part, IReply reply)
        {
            if (reply is RecordsDeleted deleted)
            {
                _answers[part].LowWatermark = deleted.LogStart.Value;
            }
            else if (reply is FetchRefused refused)
            {
                _answers[part].ErrorCode = (short)refused.Error.ToErrorCode();
            }
        }

        protected override void TimedOut(int part) => _answers[part].ErrorCode = (short)ErrorCode.RequestTimedOut;
    }
}
