using System.Collections.Immutable;
using ActorBroker.Controller;
using ActorBroker.Kafka;
using ActorBroker.Kafka.Messages;

namespace ActorBroker.Sessions.Handlers;

/// <summary>Changes single settings of a topic (KIP-339).</summary>
internal sealed class IncrementalAlterConfigsHandler() : RequestHandler<IncrementalAlterConfigsRequest>(ApiKey.IncrementalAlterConfigs, 0, 1)
{
    private const sbyte TopicResource = 2;

    private enum Operation : sbyte
    {
        Set = 0,
        Delete = 1,
    }

    protected override void Handle(PendingRequest request, IncrementalAlterConfigsRequest body) => new Call(request).Start(body);

    private sealed class Call(PendingRequest request) : GatherCall(request)
    {
        private readonly IncrementalAlterConfigsResponse _response = new();

        protected override IResponse Response => _response;

        public void Start(IncrementalAlterConfigsRequest body)
        {
            foreach (var resource in body.Resources)
            {
                var part = _response.Responses.Count;
                var answer = new IncrementalAlterConfigsResponse.AlterConfigsResourceResponse
                {
                    ResourceType = resource.ResourceType,
                    ResourceName = resource.ResourceName,
                };
                _response.Responses.Add(answer);
                if (Changed(resource, out var configs) is { } wrong)
                {
                    answer.ErrorCode = (short)wrong.Error;
                    answer.ErrorMessage = wrong.Message;
                    continue;
                }

                Ask(part, Request.Node.Metadata.Controller, new ConfigureTopic(Request.Part(part), resource.ResourceName, configs, body.ValidateOnly));
            }

            AnswerWhenAllReplied();
        }

        protected override void Take(int part, IReply reply)
        {
            if (reply is ControllerRefused refused)
            {
                _response.Responses[part].ErrorCode = (short)refused.Error.ToErrorCode();
                _response.Responses[part].ErrorMessage = refused.Message;
            }
        }

        protected override void TimedOut(int part) => _response.Responses[part].ErrorCode = (short)ErrorCode.RequestTimedOut;

        private (ErrorCode Error, string Message)? Changed(
            IncrementalAlterConfigsRequest.AlterConfigsResource resource, out ImmutableDictionary<string, string> configs)
        {
            configs = ImmutableDictionary<string, string>.Empty;
            if (resource.ResourceType != TopicResource)
            {
                return (ErrorCode.InvalidRequest, "only topics' settings can be changed while the node runs");
            }

            if (Request.Node.Metadata.Current.Topic(resource.ResourceName) is not { } topic)
            {
                return (ErrorCode.UnknownTopicOrPartition, "the topic does not exist");
            }

            configs = topic.Configs;
            foreach (var config in resource.Configs)
            {
                switch ((Operation)config.ConfigOperation)
                {
                    case Operation.Set when config.Value is not null:
                        configs = configs.SetItem(config.Name, config.Value);
                        break;
                    case Operation.Delete:
                        configs = configs.Remove(config.Name);
                        break;
                    default:
                        return (ErrorCode.InvalidConfig, $"{config.Name}: operation {config.ConfigOperation} cannot be used; set (0, with a value) and delete (1) can");
                }
            }

            return null;
        }
    }
}
