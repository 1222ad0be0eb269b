using System.Collections.Immutable;
using ActorBroker.Controller;
using ActorBroker.Kafka;
using ActorBroker.Kafka.Messages;
using ActorBroker.Messages;

namespace ActorBroker.Sessions.Handlers;

/// <summary>Tells which topics there are and who leads their partitions; creates a topic that is asked for where that is allowed.</summary>
internal sealed class MetadataHandler() : RequestHandler<MetadataRequest>(ApiKey.Metadata, 0, 12)
{
    private const short FirstVersionWithAutoCreateFlag = 4;
    private const short FirstVersionWithReliableTopicIds = 12;
    private static readonly TimeSpan CreateTimeout = TimeSpan.FromSeconds(5);

    protected override void Handle(PendingRequest request, MetadataRequest body) => new Call(request).Start(body);

    private sealed class Call(PendingRequest request) : GatherCall(request)
    {
        private readonly MetadataResponse _response = new();

        protected override IResponse Response => _response;

        public void Start(MetadataRequest body)
        {
            var image = Request.Node.Metadata.Current;
            DescribeCluster(image);
            var replicas = new ReplicaLists(image);
            var version = Request.Header.Version;
            // Version 0 has no null: an empty list means all topics. From version 1 on it means none.
            if (body.Topics is not { } wanted || (version == 0 && wanted.Count == 0))
            {
                foreach (var topic in image.Topics.Values.OrderBy(topic => topic.Name, StringComparer.Ordinal))
                {
                    _response.Topics.Add(Describe(image, topic, replicas));
                }

                Request.Reply(_response);
                return;
            }

            // Version 0 to 3 cannot say no.
            var mayCreate = Request.Node.AutoCreate && (version < FirstVersionWithAutoCreateFlag || body.AllowAutoTopicCreation);
            foreach (var topic in wanted)
            {
                AddTopic(image, topic, mayCreate, replicas);
            }

            AnswerWhenAllReplied(CreateTimeout + CreateTimeout);
        }

        protected override void Take(int part, IReply reply)
        {
            var answer = _response.Topics[part];
            var image = Request.Node.Metadata.Current;
            if (reply is TopicReady ready)
            {
                _response.Topics[part] = Describe(image, ready.Topic, new ReplicaLists(image));
            }
            else if (reply is ControllerRefused { Error: ControllerError.TopicExists } && image.Topic(answer.Name!) is { } topic)
            {
                _response.Topics[part] = Describe(image, topic, new ReplicaLists(image));
            }
            else if (reply is ControllerRefused refused)
            {
                answer.ErrorCode = (short)(refused.Error is ControllerError.TimedOut or ControllerError.TopicExists
                    ? ErrorCode.LeaderNotAvailable
                    : refused.Error.ToErrorCode());
            }
        }

        protected override void TimedOut(int part) => _response.Topics[part].ErrorCode = (short)ErrorCode.LeaderNotAvailable;

        private void AddTopic(ClusterImage image, MetadataRequest.MetadataRequestTopic wanted, bool mayCreate, ReplicaLists replicas)
        {
            if (wanted.Name is null || (wanted.TopicId != Guid.Empty && Request.Header.Version >= FirstVersionWithReliableTopicIds))
            {
                _response.Topics.Add(image.Topic(wanted.TopicId) is { } byId
                    ? Describe(image, byId, replicas)
                    : new MetadataResponse.MetadataResponseTopic { Name = null, TopicId = wanted.TopicId, ErrorCode = (short)ErrorCode.UnknownTopicId });
                return;
            }

            if (image.Topic(wanted.Name) is { } topic)
            {
                _response.Topics.Add(Describe(image, topic, replicas));
                return;
            }

            var answer = new MetadataResponse.MetadataResponseTopic { Name = wanted.Name, ErrorCode = (short)ErrorCode.UnknownTopicOrPartition };
            _response.Topics.Add(answer);
            if (TopicNames.Validate(wanted.Name) is not null)
            {
                answer.ErrorCode = (short)ErrorCode.InvalidTopicException;
            }
            else if (mayCreate && !TopicNames.IsInternal(wanted.Name))
            {
                var part = _response.Topics.Count - 1;
                Ask(part, Request.Node.Metadata.Controller, new CreateTopic(
                    Request.Part(part), wanted.Name, -1, -1, [], ImmutableDictionary<string, string>.Empty, ValidateOnly: false, IsInternal: false, CreateTimeout));
            }
        }

        private void DescribeCluster(ClusterImage image)
        {
            foreach (var node in image.OnlineNodes)
            {
                _response.Brokers.Add(new MetadataResponse.MetadataResponseBroker { NodeId = node.Id.Value, Host = node.Host, Port = node.Port, Rack = node.Rack });
            }

            _response.ClusterId = image.ClusterIdText;
            _response.ControllerId = Request.Node.Metadata.ControllerId(image);
        }

        private static MetadataResponse.MetadataResponseTopic Describe(ClusterImage image, TopicImage topic, ReplicaLists replicas)
        {
            var answer = new MetadataResponse.MetadataResponseTopic { Name = topic.Name, TopicId = topic.Id, IsInternal = topic.IsInternal };
            answer.Partitions.Capacity = topic.Partitions.Length;
            foreach (var partition in topic.Partitions)
            {
                var leader = image.LeaderOf(partition);
                var lists = replicas.Of(partition.Replicas);
                answer.Partitions.Add(new MetadataResponse.MetadataResponsePartition
                {
                    ErrorCode = (short)(leader != NodeId.None ? ErrorCode.None : ErrorCode.LeaderNotAvailable),
                    PartitionIndex = partition.Number,
                    LeaderId = leader.Value,
                    LeaderEpoch = partition.Epoch.Value,
                    ReplicaNodes = lists.All,
                    IsrNodes = lists.Online,
                    OfflineReplicas = lists.Offline,
                });
            }

            return answer;
        }
    }
}
