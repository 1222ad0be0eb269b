using ActorBroker.Controller;
using ActorBroker.Messages;
using ActorBroker.Messages.Sessions;
using ActorBroker.Partitions;
using ActorBroker.Sessions.Handlers;
using CreateTopic = ActorBroker.Messages.Sessions.CreateTopic;
using DeleteTopic = ActorBroker.Messages.Sessions.DeleteTopic;

namespace ActorBroker.Sessions.Native;

/// <summary>Requests that create, change and delete topics and their data.</summary>
internal sealed class AdminCalls(NodeServices node)
{
    public SessionCall Create(CreateTopic request) => Change(request.Name, "creating", id => new Controller.CreateTopic(
        id, request.Name, request.Partitions, request.ReplicationFactor, [], request.Configs, request.IsValidateOnly, IsInternal: false, Bounded(request.TimeoutMs)));

    public SessionCall Delete(DeleteTopic request) =>
        Change(request.Name, "deleting", id => new Controller.DeleteTopic(id, request.Name, Bounded(request.TimeoutMs)));

    public SessionCall AddPartitions(AddPartitions request) => Change(request.Name, "adding partitions to", id => new CreatePartitions(
        id, request.Name, request.PartitionsTotal, [], request.IsValidateOnly, Bounded(request.TimeoutMs)));

    public SessionCall Alter(AlterTopic request)
    {
        if (node.Metadata.Current.Topic(request.Name) is not { } topic)
        {
            return Unknown(request.Name);
        }

        var configs = topic.Configs.RemoveRange(request.Reset).SetItems(request.Set);
        return Change(request.Name, "changing", id => new ConfigureTopic(id, request.Name, configs, request.IsValidateOnly));
    }

    public SessionCall Describe(DescribeTopicConfigs request)
    {
        if (node.Metadata.Current.Topic(request.Name) is not { } topic)
        {
            return Unknown(request.Name);
        }

        var settings = node.TopicDefaults.With(topic.Configs);
        return new AnsweredCall(new TopicConfigsDescribed(
            topic.Name,
            [.. TopicSetting.All.Values.OrderBy(setting => setting.Name, StringComparer.Ordinal).Select(setting => new TopicConfig(
                setting.Name, setting.Show(settings), ConfigSources.Of(topic, setting) == ConfigSource.Default))]));
    }

    public SessionCall ForgetRecords(ForgetRecords request)
    {
        var partition = request.Partition;
        if (TopicNames.IsInternal(partition.Topic))
        {
            return Internal(partition.Topic);
        }

        if (node.Partitions.Find(partition) is not { Fenced: null } route)
        {
            return new AnsweredCall(MissingRoute.Gap(node, partition).ToSessionError(), partition.ToString());
        }

        return new SingleCall($"forgetting records of {partition}", route.Actor, id => new DeleteRecords(id, request.Before), reply => reply switch
        {
            RecordsDeleted deleted => new RecordsForgotten(partition, deleted.LogStart),
            FetchRefused refused => new RequestRefused(
                refused.Error.ToSessionError(), $"{partition}: {refused.Error} (offset {request.Before}, high watermark {refused.HighWatermark})"),
            _ => throw new InvariantException($"{reply.GetType().Name} answers a DeleteRecords"),
        });
    }

    private SessionCall Change(string topic, string verb, Func<RequestId, object> command) => TopicNames.IsInternal(topic)
        ? Internal(topic)
        : new SingleCall($"{verb} topic {topic}", node.Metadata.Controller, command, reply => reply switch
        {
            ControllerRefused refused => new RequestRefused(refused.Error.ToSessionError(), refused.Message),
            _ => RequestDone.Instance,
        });

    private static AnsweredCall Internal(string topic) => new(SessionError.InvalidTopicName, $"{topic} is the broker's own topic");

    private static AnsweredCall Unknown(string topic) => TopicNames.Validate(topic) is { } wrong
        ? new AnsweredCall(SessionError.InvalidTopicName, wrong)
        : new AnsweredCall(SessionError.UnknownTopicOrPartition, $"topic {topic} does not exist");

    /// <summary>The client's timeout, below the node's own: the controller's answer says more than none.</summary>
    private TimeSpan Bounded(int timeoutMs) => TimeSpan.FromMilliseconds(Math.Clamp(timeoutMs, 1, node.Sessions.RequestTimeout.TotalMilliseconds));
}
