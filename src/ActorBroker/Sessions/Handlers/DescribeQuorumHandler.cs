using System.Collections.Immutable;
using ActorBroker.Controller;
using ActorBroker.Kafka;
using ActorBroker.Kafka.Messages;
using PartitionAnswer = ActorBroker.Kafka.Messages.DescribeQuorumResponse.QuorumPartitionResponse;

namespace ActorBroker.Sessions.Handlers;

/// <summary>Tells who keeps the metadata log and how far each replica of it is (KIP-595). No other log is described.</summary>
internal sealed class DescribeQuorumHandler() : RequestHandler<DescribeQuorumRequest>(ApiKey.DescribeQuorum, 0, 1)
{
    /// <summary>The name that Kafka's tools have for the metadata log. It is no topic that clients could read.</summary>
    public const string MetadataTopic = "__cluster_metadata";

    protected override void Handle(PendingRequest request, DescribeQuorumRequest body) => new Call(request).Start(body);

    private sealed class Call(PendingRequest request) : GatherCall(request)
    {
        private readonly DescribeQuorumResponse _response = new();
        private readonly List<PartitionAnswer> _asked = [];

        protected override IResponse Response => _response;

        public void Start(DescribeQuorumRequest body)
        {
            foreach (var topic in body.Topics)
            {
                var answers = new DescribeQuorumResponse.QuorumTopicResponse { TopicName = topic.TopicName };
                _response.Topics.Add(answers);
                foreach (var partition in topic.Partitions)
                {
                    var answer = new PartitionAnswer { PartitionIndex = partition.PartitionIndex, LeaderId = -1, LeaderEpoch = -1, HighWatermark = -1 };
                    answers.Partitions.Add(answer);
                    if (topic.TopicName == MetadataTopic && partition.PartitionIndex == 0)
                    {
                        _asked.Add(answer);
                    }
                    else
                    {
                        answer.ErrorCode = (short)ErrorCode.UnknownTopicOrPartition;
                    }
                }
            }

            if (_asked.Count > 0)
            {
                Ask(0, Request.Node.Metadata.Controller, new DescribeQuorum(Request.Part(0)));
            }

            AnswerWhenAllReplied();
        }

        protected override void Take(int part, IReply reply)
        {
            if (reply is QuorumDescribed quorum)
            {
                _asked.ForEach(answer => Describe(quorum, answer));
            }
            else if (reply is ControllerRefused refused)
            {
                Refuse(refused.Error.ToErrorCode());
            }
        }

        protected override void TimedOut(int part) => Refuse(ErrorCode.RequestTimedOut);

        private static void Describe(QuorumDescribed quorum, PartitionAnswer answer)
        {
            answer.LeaderId = quorum.Leader.Value;
            answer.LeaderEpoch = quorum.Epoch;
            answer.HighWatermark = quorum.HighWatermark;
            answer.CurrentVoters = Replicas(quorum.Voters);
            answer.Observers = Replicas(quorum.Observers);
        }

        private static List<DescribeQuorumResponse.QuorumReplicaState> Replicas(ImmutableArray<QuorumReplica> replicas) =>
            [.. replicas.Select(replica => new DescribeQuorumResponse.QuorumReplicaState { ReplicaId = replica.Node.Value, LogEndOffset = replica.LogEnd })];

        private void Refuse(ErrorCode error) => _asked.ForEach(answer => answer.ErrorCode = (short)error);
    }
}
