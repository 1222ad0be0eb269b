using ActorBroker.Kafka;
using ActorBroker.Kafka.Messages;
using ActorBroker.Log;
using ActorBroker.Messages;
using ActorBroker.Partitions;

namespace ActorBroker.Sessions.Handlers;

/// <summary>Tells consumers where an epoch ended, so that they notice a truncated log (KIP-320).</summary>
internal sealed class OffsetForLeaderEpochHandler() : RequestHandler<OffsetForLeaderEpochRequest>(ApiKey.OffsetForLeaderEpoch, 2, 4)
{
    protected override void Handle(PendingRequest request, OffsetForLeaderEpochRequest body) => new Call(request).Start(body);

    private sealed class Call(PendingRequest request) : GatherCall(request)
    {
        private readonly List<OffsetForLeaderEpochResponse.EpochEndOffset> _answers = [];
        private readonly OffsetForLeaderEpochResponse _response = new();

        protected override IResponse Response => _response;

        public void Start(OffsetForLeaderEpochRequest body)
        {
            foreach (var topic in body.Topics)
            {
                var topicAnswer = new OffsetForLeaderEpochResponse.OffsetForLeaderTopicResult { Topic = topic.Topic };
                _response.Topics.Add(topicAnswer);
                foreach (var partition in topic.Partitions)
                {
                    var answer = new OffsetForLeaderEpochResponse.EpochEndOffset { Partition = partition.Partition };
                    topicAnswer.Partitions.Add(answer);
                    _answers.Add(answer);
                    var name = new TopicPartition(topic.Topic, partition.Partition);
                    if (Request.Node.Partitions.Find(name) is not { ServesReaders: true } route)
                    {
                        answer.ErrorCode = (short)MissingRoute.ErrorFor(Request.Node, name);
                        continue;
                    }

                    var part = _answers.Count - 1;
                    Ask(part, route.Actor, new FindEpochEnd(
                        Request.Part(part), new LeaderEpoch(partition.LeaderEpoch), new LeaderEpoch(partition.CurrentLeaderEpoch)));
                }
            }

            AnswerWhenAllReplied();
        }

        protected override void Take(int part, IReply reply)
        {
            if (reply is EpochEndFound found)
            {
                _answers[part].LeaderEpoch = found.End.Epoch.Value;
                _answers[part].EndOffset = found.End.EndOffset.Value;
            }
            else if (reply is FetchRefused refused)
            {
                _answers[part].ErrorCode = (short)refused.Error.ToErrorCode();
            }
        }

        protected override void TimedOut(int part) => _answers[part].ErrorCode = (short)ErrorCode.RequestTimedOut;
    }
}
