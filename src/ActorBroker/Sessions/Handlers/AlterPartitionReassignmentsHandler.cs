using ActorBroker.Controller;
using ActorBroker.Kafka;
using ActorBroker.Kafka.Messages;
using ActorBroker.Messages;
using PartitionAnswer = ActorBroker.Kafka.Messages.AlterPartitionReassignmentsResponse.ReassignablePartitionResponse;

namespace ActorBroker.Sessions.Handlers;

/// <summary>Moves partitions to other nodes, or ends their moves (KIP-455). Answers when that is decided, not when it is done.</summary>
internal sealed class AlterPartitionReassignmentsHandler()
    : RequestHandler<AlterPartitionReassignmentsRequest>(ApiKey.AlterPartitionReassignments, 0, 0)
{
    protected override void Handle(PendingRequest request, AlterPartitionReassignmentsRequest body) => new Call(request).Start(body);

    private sealed class Call(PendingRequest request) : GatherCall(request)
    {
        private readonly AlterPartitionReassignmentsResponse _response = new();

        /// <summary>One for each target of the command, in its order.</summary>
        private readonly List<PartitionAnswer> _asked = [];

        protected override IResponse Response => _response;

        /// <summary>One command for all partitions: the controller decides on them together.</summary>
        public void Start(AlterPartitionReassignmentsRequest body)
        {
            var targets = new Dictionary<TopicPartition, PartitionTarget>();
            foreach (var topic in body.Topics)
            {
                var answers = new AlterPartitionReassignmentsResponse.ReassignableTopicResponse { Name = topic.Name };
                _response.Responses.Add(answers);
                foreach (var partition in topic.Partitions)
                {
                    var answer = new PartitionAnswer { PartitionIndex = partition.PartitionIndex };
                    answers.Partitions.Add(answer);
                    var name = new TopicPartition(topic.Name, partition.PartitionIndex);
                    if (partition.Replicas is { Count: 0 })
                    {
                        // An empty list is not "cancel": that is null.
                        Refuse(answer, ErrorCode.InvalidReplicaAssignment, "a partition has at least one replica");
                    }
                    else if (!targets.TryAdd(name, new PartitionTarget(name, [.. (partition.Replicas ?? []).Select(node => new NodeId(node))])))
                    {
                        Refuse(answer, ErrorCode.InvalidRequest, $"{name} is named twice");
                    }
                    else
                    {
                        _asked.Add(answer);
                    }
                }
            }

            if (_asked.Count > 0)
            {
                Ask(0, Request.Node.Metadata.Controller, new MovePartitions(Request.Part(0), [.. targets.Values]));
            }

            AnswerWhenAllReplied(TimeSpan.FromMilliseconds(Math.Clamp(body.TimeoutMs, 1, Request.Node.Settings.RequestTimeout.TotalMilliseconds)));
        }

        protected override void Take(int part, IReply reply)
        {
            if (reply is MovesPlanned planned)
            {
                Check.That(planned.Refusals.Length == _asked.Count);
                for (var i = 0; i < _asked.Count; i++)
                {
                    if (planned.Refusals[i] is { } refusal)
                    {
                        Refuse(_asked[i], refusal.Error.ToErrorCode(), refusal.Message);
                    }
                }
            }
            else if (reply is ControllerRefused refused)
            {
                RefuseAll(refused.Error.ToErrorCode(), refused.Message);
            }
        }

        protected override void TimedOut(int part) => RefuseAll(ErrorCode.RequestTimedOut, "the metadata log's leader did not answer in time");

        private void RefuseAll(ErrorCode error, string message)
        {
            _response.ErrorCode = (short)error;
            _response.ErrorMessage = message;
            _asked.ForEach(answer => Refuse(answer, error, message));
        }

        private static void Refuse(PartitionAnswer answer, ErrorCode error, string message)
        {
            answer.ErrorCode = (short)error;
            answer.ErrorMessage = message;
        }
    }
}
