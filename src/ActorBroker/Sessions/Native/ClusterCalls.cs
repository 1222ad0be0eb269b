using System.Collections.Immutable;
using ActorBroker.Controller;
using ActorBroker.Log;
using ActorBroker.Messages.Sessions;
using ActorBroker.Partitions;
using ActorBroker.Sessions.Handlers;
using CreateTopic = ActorBroker.Controller.CreateTopic;

namespace ActorBroker.Sessions.Native;

/// <summary>Requests about the cluster as a whole, and about offsets in its partitions.</summary>
/// <param name="node">The node that answers.</param>
/// <param name="akkaAddress">Where clients reach its actors.</param>
internal sealed class ClusterCalls(NodeServices node, string akkaAddress)
{
    public SessionCall Describe(DescribeCluster request) => new DescribeCall(node, akkaAddress, request);

    public SessionCall FindOffsets(FindOffsets request) => new FindOffsetsCall(node, request);

    /// <summary>Describes topics; creates missing ones first, where both sides want that, and waits for their leaders.</summary>
    private sealed class DescribeCall(NodeServices node, string akkaAddress, DescribeCluster request) : SessionCall
    {
        private static readonly TimeSpan CreateTimeout = TimeSpan.FromSeconds(5);
        private readonly List<string> _names = [];
        private readonly Dictionary<string, SessionError> _errors = [];

        public override ISessionReply Answer
        {
            get
            {
                var image = node.Metadata.Current;
                var topics = request.Topics is null
                    ? image.Topics.Values.OrderBy(topic => topic.Name, StringComparer.Ordinal).Select(topic => Describe(image, topic))
                    : _names.Select(name => image.Topic(name) is { } topic ? Describe(image, topic) : Missing(name));
                return new ClusterDescribed(
                    image.ClusterIdText,
                    image.Version,
                    node.Node,
                    node.Metadata.Leader,
                    [.. image.OnlineNodes.Select(Describe)],
                    [.. topics]);
            }
        }

        protected override void Start()
        {
            if (request.Topics is not { } wanted)
            {
                return;
            }

            var image = node.Metadata.Current;
            _names.AddRange(wanted.Distinct(StringComparer.Ordinal));
            for (var i = 0; i < _names.Count; i++)
            {
                var name = _names[i];
                if (image.Topic(name) is not null)
                {
                    continue;
                }

                if (TopicNames.Validate(name) is not null)
                {
                    _errors[name] = SessionError.InvalidTopicName;
                }
                else if (request.CreateMissing && node.AutoCreate && !TopicNames.IsInternal(name))
                {
                    Ask(i, node.Metadata.Controller, id => new CreateTopic(
                        id, name, -1, -1, [], ImmutableDictionary<string, string>.Empty, ValidateOnly: false, IsInternal: false, CreateTimeout));
                }
            }
        }

        /// <summary>What was created, by this request or another one, is in the image by now.</summary>
        protected override void Take(int part, IReply reply)
        {
            if (reply is ControllerRefused refused)
            {
                _errors[_names[part]] = refused.Error is ControllerError.TimedOut or ControllerError.TopicExists
                    ? SessionError.LeaderNotAvailable
                    : refused.Error.ToSessionError();
            }
        }

        protected override void TimedOut(int part) => _errors[_names[part]] = SessionError.LeaderNotAvailable;

        private ClusterTopic Missing(string name) =>
            new(name, Guid.Empty, TopicNames.IsInternal(name), _errors.GetValueOrDefault(name, SessionError.UnknownTopicOrPartition), []);

        private ClusterNode Describe(NodeImage image) =>
            new(image.Id, image.AkkaAddress.Length == 0 && image.Id == node.Node ? akkaAddress : image.AkkaAddress, image.Host, image.Port, image.Rack ?? "");

        private static ClusterTopic Describe(ClusterImage image, TopicImage topic) => new(
            topic.Name,
            topic.Id,
            topic.IsInternal,
            SessionError.None,
            [.. topic.Partitions.Select(partition => new ClusterPartition(partition.Number, image.LeaderOf(partition), partition.Epoch, partition.Replicas))]);
    }

    private sealed class FindOffsetsCall(NodeServices node, FindOffsets request) : SessionCall
    {
        private readonly OffsetAnswer[] _answers =
            [.. request.Queries.Select(query => new OffsetAnswer(query.Partition, SessionError.None, Offset.None, -1))];

        public override ISessionReply Answer => new OffsetsFound([.. _answers]);

        protected override void Start()
        {
            for (var i = 0; i < _answers.Length; i++)
            {
                var query = request.Queries[i];
                if (node.Partitions.Find(query.Partition) is not { ServesReaders: true } route)
                {
                    Refuse(i, MissingRoute.Gap(node, query.Partition).ToSessionError());
                }
                else if (Question(query.Kind) is not { } question || (question == OffsetQuestion.AtTimestamp && query.TimestampMs < 0))
                {
                    Refuse(i, SessionError.InvalidRequest);
                }
                else
                {
                    Ask(i, route.Actor, id => new FindOffset(id, question, query.TimestampMs, LeaderEpoch.None));
                }
            }
        }

        protected override void Take(int part, IReply reply)
        {
            if (reply is OffsetFound found)
            {
                _answers[part] = _answers[part] with { Offset = found.Offset, TimestampMs = found.Timestamp };
            }
            else if (reply is FetchRefused refused)
            {
                Refuse(part, refused.Error.ToSessionError());
            }
        }

        protected override void TimedOut(int part) => Refuse(part, SessionError.TimedOut);

        /// <summary>Null: a number that this build does not know.</summary>
        private static OffsetQuestion? Question(OffsetKind kind) => kind switch
        {
            OffsetKind.Latest => OffsetQuestion.Latest,
            OffsetKind.Earliest => OffsetQuestion.Earliest,
            OffsetKind.AtTimestamp => OffsetQuestion.AtTimestamp,
            _ => null,
        };

        private void Refuse(int part, SessionError error) => _answers[part] = _answers[part] with { Error = error };
    }
}
