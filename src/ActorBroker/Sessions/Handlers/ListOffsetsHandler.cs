using ActorBroker.Kafka;
using ActorBroker.Kafka.Messages;
using ActorBroker.Log;
using ActorBroker.Messages;
using ActorBroker.Partitions;

namespace ActorBroker.Sessions.Handlers;

/// <summary>Finds offsets: the first, the next, or by time (wire format notes §13).</summary>
internal sealed class ListOffsetsHandler() : RequestHandler<ListOffsetsRequest>(ApiKey.ListOffsets, 1, 9)
{
    private const long Latest = -1;
    private const long Earliest = -2;
    private const long MaxTimestamp = -3;
    private const long EarliestLocal = -4;
    private const long LastTiered = -5;

    protected override void Handle(PendingRequest request, ListOffsetsRequest body) => new Call(request).Start(body);

    private sealed class Call(PendingRequest request) : GatherCall(request)
    {
        private readonly List<ListOffsetsResponse.ListOffsetsPartitionResponse> _answers = [];
        private readonly ListOffsetsResponse _response = new();

        protected override IResponse Response => _response;

        public void Start(ListOffsetsRequest body)
        {
            foreach (var topic in body.Topics)
            {
                var topicAnswer = new ListOffsetsResponse.ListOffsetsTopicResponse { Name = topic.Name };
                _response.Topics.Add(topicAnswer);
                foreach (var partition in topic.Partitions)
                {
                    var answer = new ListOffsetsResponse.ListOffsetsPartitionResponse { PartitionIndex = partition.PartitionIndex };
                    topicAnswer.Partitions.Add(answer);
                    _answers.Add(answer);
                    AskFor(new TopicPartition(topic.Name, partition.PartitionIndex), partition, answer);
                }
            }

            AnswerWhenAllReplied();
        }

        protected override void Take(int part, IReply reply)
        {
            var answer = _answers[part];
            if (reply is OffsetFound found)
            {
                answer.Offset = found.Offset.Value;
                answer.Timestamp = found.Timestamp;
                answer.LeaderEpoch = found.Epoch.Value;
            }
            else if (reply is FetchRefused refused)
            {
                answer.ErrorCode = (short)refused.Error.ToErrorCode();
            }
        }

        protected override void TimedOut(int part) => _answers[part].ErrorCode = (short)ErrorCode.RequestTimedOut;

        private void AskFor(
            TopicPartition name, ListOffsetsRequest.ListOffsetsPartition wanted, ListOffsetsResponse.ListOffsetsPartitionResponse answer)
        {
            if (Request.Node.Partitions.Find(name) is not { ServesReaders: true } route)
            {
                answer.ErrorCode = (short)MissingRoute.ErrorFor(Request.Node, name);
                return;
            }

            OffsetQuestion question;
            switch (wanted.Timestamp)
            {
                case Latest:
                    question = OffsetQuestion.Latest;
                    break;
                case Earliest or EarliestLocal:
                    question = OffsetQuestion.Earliest;
                    break;
                case MaxTimestamp:
                    question = OffsetQuestion.MaxTimestamp;
                    break;
                case LastTiered:
                    return;    // no tiers here: the default answer, offset -1 without an error
                case >= 0:
                    question = OffsetQuestion.AtTimestamp;
                    break;
                default:
                    answer.ErrorCode = (short)ErrorCode.InvalidRequest;
                    return;
            }

            var part = _answers.Count - 1;
            Ask(part, route.Actor, new FindOffset(Request.Part(part), question, wanted.Timestamp, new LeaderEpoch(wanted.CurrentLeaderEpoch)));
        }
    }
}
