using System.Collections.Immutable;
using ActorBroker.Controller;
using ActorBroker.Kafka;
using ActorBroker.Kafka.Messages;

namespace ActorBroker.Sessions.Handlers;

/// <summary>Changes single settings of topics, and drains nodes: a setting too (KIP-339).</summary>
internal sealed class IncrementalAlterConfigsHandler() : RequestHandler<IncrementalAlterConfigsRequest>(ApiKey.IncrementalAlterConfigs, 0, 1)
{
    private const sbyte TopicResource = 2;

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
                var wrong = resource.ResourceType switch
                {
                    TopicResource => ChangeTopic(part, resource, body.ValidateOnly),
                    NodeConfigs.Resource => ChangeNode(part, resource, body.ValidateOnly),
                    _ => (ErrorCode.InvalidRequest, $"settings of resource type {resource.ResourceType} cannot be changed; those of topics (2) and nodes (4) can"),
                };
                if (wrong is { } refusal)
                {
                    answer.ErrorCode = (short)refusal.Error;
                    answer.ErrorMessage = refusal.Message;
                }
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

        private (ErrorCode Error, string Message)? ChangeTopic(int part, IncrementalAlterConfigsRequest.AlterConfigsResource resource, bool validateOnly)
        {
            if (Changed(resource, out var configs) is { } wrong)
            {
                return wrong;
            }

            Ask(part, Request.Node.Metadata.Controller, new ConfigureTopic(Request.Part(part), resource.ResourceName, configs, validateOnly));
            return null;
        }

        private (ErrorCode Error, string Message)? ChangeNode(int part, IncrementalAlterConfigsRequest.AlterConfigsResource resource, bool validateOnly)
        {
            if (NodeConfigChange.Read(Request.Node.Metadata.Current, resource, out var change) is { } wrong)
            {
                return wrong;
            }

            if (change.IsDraining is { } isDraining && !validateOnly)
            {
                Ask(part, Request.Node.Metadata.Controller, new DrainNode(Request.Part(part), change.Node, isDraining));
            }

            return null;
        }

        private (ErrorCode Error, string Message)? Changed(
            IncrementalAlterConfigsRequest.AlterConfigsResource resource, out ImmutableDictionary<string, string> configs)
        {
            configs = ImmutableDictionary<string, string>.Empty;
            if (Request.Node.Metadata.Current.Topic(resource.ResourceName) is not { } topic)
            {
                return (ErrorCode.UnknownTopicOrPartition, "the topic does not exist");
            }

            configs = topic.Configs;
            foreach (var config in resource.Configs)
            {
                switch ((ConfigOperation)config.ConfigOperation)
                {
                    case ConfigOperation.Set when config.Value is not null:
                        configs = configs.SetItem(config.Name, config.Value);
                        break;
                    case ConfigOperation.Delete:
                        configs = configs.Remove(config.Name);
                        break;
                    default:
                        return (ErrorCode.InvalidConfig, ConfigOperations.Refusal(config));
                }
            }

            return null;
        }
    }
}
