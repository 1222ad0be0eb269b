using System.Collections.Immutable;
using ActorBroker.Controller;
using ActorBroker.Kafka;
using ActorBroker.Kafka.Messages;
using ActorBroker.Messages;

namespace ActorBroker.Sessions.Handlers;

/// <summary>Creates topics; each one succeeds or fails for itself.</summary>
internal sealed class CreateTopicsHandler() : RequestHandler<CreateTopicsRequest>(ApiKey.CreateTopics, 0, 7)
{
    private const short FirstVersionWithDefaults = 4;

    protected override void Handle(PendingRequest request, CreateTopicsRequest body) => new Call(request).Start(body);

    private sealed class Call(PendingRequest request) : GatherCall(request)
    {
        private readonly CreateTopicsResponse _response = new();

        protected override IResponse Response => _response;

        public void Start(CreateTopicsRequest body)
        {
            var timeout = TimeSpan.FromMilliseconds(Math.Clamp(body.TimeoutMs, 1, Request.Node.Settings.RequestTimeout.TotalMilliseconds));
            var twice = body.Topics.GroupBy(topic => topic.Name, StringComparer.Ordinal).Where(group => group.Count() > 1).Select(group => group.Key).ToHashSet();
            foreach (var topic in body.Topics)
            {
                var answer = new CreateTopicsResponse.CreatableTopicResult { Name = topic.Name };
                _response.Topics.Add(answer);
                if (Wrong(topic, twice, body.ValidateOnly, out var assignment) is { } wrong)
                {
                    answer.ErrorCode = (short)wrong.Error;
                    answer.ErrorMessage = wrong.Message;
                    continue;
                }

                var part = _response.Topics.Count - 1;
                var configs = topic.Configs.Where(config => config.Value is not null).GroupBy(config => config.Name, StringComparer.Ordinal)
                    .ToImmutableDictionary(group => group.Key, group => group.Last().Value!);
                Ask(part, Request.Node.Metadata.Controller, new CreateTopic(
                    Request.Part(part), topic.Name, topic.NumPartitions, topic.ReplicationFactor, assignment, configs, body.ValidateOnly, IsInternal: false, timeout));
            }

            AnswerWhenAllReplied(timeout + TimeSpan.FromSeconds(1));
        }

        protected override void Take(int part, IReply reply)
        {
            var answer = _response.Topics[part];
            if (reply is TopicReady ready)
            {
                answer.TopicId = ready.Topic.Id;
                answer.NumPartitions = ready.Topic.Partitions.Length;
                answer.ReplicationFactor = (short)ready.Topic.Partitions[0].Replicas.Length;
                var settings = Request.Node.TopicDefaults.With(ready.Topic.Configs);
                answer.Configs = TopicSetting.All.Values.OrderBy(setting => setting.Name, StringComparer.Ordinal).Select(setting =>
                    new CreateTopicsResponse.CreatableTopicConfigs
                    {
                        Name = setting.Name,
                        Value = setting.Show(settings),
                        ConfigSource = (sbyte)ConfigSources.Of(ready.Topic, setting),
                    }).ToList();
            }
            else if (reply is ControllerRefused refused)
            {
                answer.ErrorCode = (short)refused.Error.ToErrorCode();
                answer.ErrorMessage = refused.Message;
            }
        }

        protected override void TimedOut(int part) => _response.Topics[part].ErrorCode = (short)ErrorCode.RequestTimedOut;

        private (ErrorCode Error, string Message)? Wrong(
            CreateTopicsRequest.CreatableTopic topic, HashSet<string> twice, bool validateOnly, out ImmutableArray<ImmutableArray<NodeId>> assignment)
        {
            assignment = [];
            if (twice.Contains(topic.Name))
            {
                return (ErrorCode.InvalidRequest, $"topic {topic.Name} stands in the request more than once");
            }

            if (TopicNames.IsInternal(topic.Name))
            {
                return (ErrorCode.InvalidTopicException, $"{topic.Name} is the broker's own topic");
            }

            if (topic.Assignments.Count == 0)
            {
                return topic.NumPartitions == -1 && Request.Header.Version < FirstVersionWithDefaults
                    ? (ErrorCode.InvalidPartitions, "the number of partitions is missing")
                    : null;
            }

            if (topic.NumPartitions != -1 || topic.ReplicationFactor != -1)
            {
                return (ErrorCode.InvalidRequest, $"topic {topic.Name}: with an assignment, partitions and replication factor must be -1");
            }

            var sorted = topic.Assignments.OrderBy(replicas => replicas.PartitionIndex).ToArray();
            for (var i = 0; i < sorted.Length; i++)
            {
                if (sorted[i].PartitionIndex != i)
                {
                    return (ErrorCode.InvalidReplicaAssignment, $"topic {topic.Name}: partition {i} has no assignment, or two");
                }
            }

            assignment = [.. sorted.Select(replicas => replicas.BrokerIds.Select(id => new NodeId(id)).ToImmutableArray())];
            return null;
        }
    }
}
