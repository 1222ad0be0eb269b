using ActorBroker.Messages.Sessions;

namespace ActorBroker.Messages.Encoding;

/// <summary>Questions about the cluster, and administration. Fields in the order in which they are written.</summary>
internal static class ClusterForms
{
    private const int NodeBytesMin = 20;
    private const int TopicBytesMin = 29;
    private const int PartitionBytesMin = 16;
    private const int NodeIdBytes = 4;
    private const int TextBytesMin = 4;
    private const int QueryBytes = 20;
    private const int AnswerBytesMin = 28;
    private const int ConfigBytesMin = 9;

    public static readonly MessageForm[] All =
    [
        MessageForm.Of<DescribeCluster>(
            "DC1",
            (to, m) => to.OptionalArray(m.Topics, (w, topic) => w.Text(topic)).Flag(m.CreateMissing),
            (ref from) => new(from.OptionalArray(TextBytesMin, (ref r) => r.Text()), from.Flag())),
        MessageForm.Of<ClusterDescribed>(
            "CD1",
            (to, m) => to.Text(m.ClusterId).Long(m.Version).Node(m.AnsweredBy).Node(m.Controller).Array(m.Nodes, Write).Array(m.Topics, Write),
            (ref from) => new(from.Text(), from.Long(), from.Node(), from.Node(), from.Array(NodeBytesMin, ReadNode), from.Array(TopicBytesMin, ReadTopic))),
        MessageForm.Of<FindOffsets>(
            "FO1",
            (to, m) => to.Array(m.Queries, (w, query) => w.Partition(query.Partition).Int((int)query.Kind).Long(query.TimestampMs)),
            (ref from) => new(from.Array(QueryBytes, (ref r) => new OffsetQuery(r.Partition(), (OffsetKind)r.Int(), r.Long())))),
        MessageForm.Of<OffsetsFound>(
            "OF1",
            (to, m) => to.Array(m.Answers, (w, answer) => w.Partition(answer.Partition).Error(answer.Error).At(answer.Offset).Long(answer.TimestampMs)),
            (ref from) => new(from.Array(AnswerBytesMin, (ref r) => new OffsetAnswer(r.Partition(), r.Error(), r.At(), r.Long())))),

        MessageForm.Of<CreateTopic>(
            "CT1",
            (to, m) => to.Text(m.Name).Int(m.Partitions).Int(m.ReplicationFactor).Map(m.Configs).Flag(m.IsValidateOnly).Int(m.TimeoutMs),
            (ref from) => new(from.Text(), from.Int(), from.Int(), from.Map(), from.Flag(), from.Int())),
        MessageForm.Of<DeleteTopic>("DT1", (to, m) => to.Text(m.Name).Int(m.TimeoutMs), (ref from) => new(from.Text(), from.Int())),
        MessageForm.Of<AddPartitions>(
            "AP1",
            (to, m) => to.Text(m.Name).Int(m.PartitionsTotal).Flag(m.IsValidateOnly).Int(m.TimeoutMs),
            (ref from) => new(from.Text(), from.Int(), from.Flag(), from.Int())),
        MessageForm.Of<AlterTopic>(
            "AT1",
            (to, m) => to.Text(m.Name).Map(m.Set).Array(m.Reset, (w, name) => w.Text(name)).Flag(m.IsValidateOnly),
            (ref from) => new(from.Text(), from.Map(), from.Array(TextBytesMin, (ref r) => r.Text()), from.Flag())),
        MessageForm.Of<DescribeTopicConfigs>("TC1", (to, m) => to.Text(m.Name), (ref from) => new(from.Text())),
        MessageForm.Of<TopicConfigsDescribed>(
            "TD1",
            (to, m) => to.Text(m.Name).Array(m.Configs, (w, config) => w.Text(config.Name).Text(config.Value).Flag(config.IsDefault)),
            (ref from) => new(from.Text(), from.Array(ConfigBytesMin, (ref r) => new TopicConfig(r.Text(), r.Text(), r.Flag())))),
        MessageForm.Of<ForgetRecords>("FR1", (to, m) => to.Partition(m.Partition).At(m.Before), (ref from) => new(from.Partition(), from.At())),
        MessageForm.Of<RecordsForgotten>("RF1", (to, m) => to.Partition(m.Partition).At(m.LogStart), (ref from) => new(from.Partition(), from.At())),
        MessageForm.Of<RequestDone>("RD0", (_, _) => { }, (ref _) => RequestDone.Instance),
    ];

    private static void Write(PayloadWriter to, ClusterNode node) =>
        to.Node(node.Id).Text(node.AkkaAddress).Text(node.KafkaHost).Int(node.KafkaPort).Text(node.Rack);

    private static ClusterNode ReadNode(ref PayloadReader from) => new(from.Node(), from.Text(), from.Text(), from.Int(), from.Text());

    private static void Write(PayloadWriter to, ClusterTopic topic) =>
        to.Text(topic.Name).Id(topic.Id).Flag(topic.IsInternal).Error(topic.Error).Array(topic.Partitions, Write);

    private static ClusterTopic ReadTopic(ref PayloadReader from) =>
        new(from.Name(), from.Id(), from.Flag(), from.Error(), from.Array(PartitionBytesMin, ReadPartition));

    private static void Write(PayloadWriter to, ClusterPartition partition) =>
        to.Int(partition.Number).Node(partition.Leader).Epoch(partition.Epoch).Array(partition.Replicas, (w, node) => w.Node(node));

    private static ClusterPartition ReadPartition(ref PayloadReader from) =>
        new(from.Int(), from.Node(), from.Epoch(), from.Array(NodeIdBytes, (ref r) => r.Node()));
}
