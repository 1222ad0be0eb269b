using System.Collections.Immutable;
using ActorBroker.Controller;
using ActorBroker.Kafka;
using ActorBroker.Kafka.Messages;

namespace ActorBroker.Sessions.Handlers;

/// <summary>Sets all settings of a topic: what is not named goes back to its default.</summary>
internal sealed class AlterConfigsHandler() : RequestHandler<AlterConfigsRequest>(ApiKey.AlterConfigs, 0, 2)
{
    private const sbyte TopicResource = 2;

    protected override void Handle(PendingRequest request, AlterConfigsRequest body) => new Call(request).Start(body);

    private sealed class Call(PendingRequest request) : GatherCall(request)
    {
        private readonly AlterConfigsResponse _response = new();

        protected override IResponse Response => _response;

        public void Start(AlterConfigsRequest body)
        {
            foreach (var resource in body.Resources)
            {
                var part = _response.Responses.Count;
                var answer = new AlterConfigsResponse.AlterConfigsResourceResponse { ResourceType = resource.ResourceType, ResourceName = resource.ResourceName };
                _response.Responses.Add(answer);
                if (resource.ResourceType != TopicResource)
                {
                    answer.ErrorCode = (short)ErrorCode.InvalidRequest;
                    answer.ErrorMessage = resource.ResourceType == NodeConfigs.Resource
                        ? $"settings of a node are not replaced as a whole; {NodeConfigs.Drain} can be changed by IncrementalAlterConfigs"
                        : "only topics' settings can be replaced";
                    continue;
                }

                var configs = resource.Configs.Where(config => config.Value is not null).GroupBy(config => config.Name, StringComparer.Ordinal)
                    .ToImmutableDictionary(group => group.Key, group => group.Last().Value!);
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
    }
}
