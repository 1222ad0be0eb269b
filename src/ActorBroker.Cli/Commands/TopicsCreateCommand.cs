using System.CommandLine;
using ActorBroker.Cli.Client;
using ActorBroker.Kafka;

namespace ActorBroker.Cli.Commands;

/// <summary><c>topics create NAME</c></summary>
internal static class TopicsCreateCommand
{
    private const int AsConfigured = -1;

    public static Command Create(CliIo io)
    {
        var name = new Argument<string>("NAME") { Description = "1 to 249 letters, digits, '.', '_' or '-'." };
        var partitions = Opt.Number("--partitions", "How many partitions; without it as the broker has it configured.", "N", 1, int.MaxValue);
        var replicas = Opt.Number("--replication-factor", "How many brokers keep each partition; without it as the broker has it configured.", "N", 1, short.MaxValue);
        var configs = Opt.Many("--config", "A setting of the topic, such as retention.ms=3600000; may be repeated.", "NAME=VALUE");
        var ifAbsent = Opt.Flag("--if-not-exists", "A topic that exists already is fine.");
        var command = new Command("create", "Create a topic.") { name, partitions, replicas, configs, ifAbsent };
        CommandContext.SetAction(command, io, async context =>
        {
            var topic = context.Get(name);
            var settings = Opt.Pairs("--config", context.Get(configs)).ToDictionary();
            var isNew = true;
            var made = (Partitions: AsConfigured, ReplicationFactor: AsConfigured);
            try
            {
                made = await new Admin(context.Cluster).CreateTopicAsync(
                    topic, (int)(context.Get(partitions) ?? AsConfigured), (short)(context.Get(replicas) ?? AsConfigured), settings, context.Cancellation);
            }
            catch (KafkaErrorException failure) when (failure.Error == ErrorCode.TopicAlreadyExists && context.Get(ifAbsent))
            {
                isNew = false;
            }

            var info = await context.Cluster.TopicAsync(topic, context.Cancellation);
            context.Report(
                isNew ? $"created topic {topic}: {info.Partitions.Count} partitions, replication factor {info.ReplicationFactor}" : $"topic {topic} exists already",
                json =>
                {
                    json.WriteString("topic", topic);
                    json.WriteBoolean("created", isNew);
                    json.WriteNumber("partitions", Math.Max(made.Partitions, info.Partitions.Count));
                    json.WriteNumber("replicationFactor", info.ReplicationFactor);
                });
        });
        return command;
    }
}
